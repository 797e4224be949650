import Link from "next/link";
import { CaseChip } from "@/components/cases/case-chip";
import { ClockChip } from "@/components/cases/clock-chip";
import { Conversation } from "@/components/cases/conversation";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader, Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import type { StatusView } from "@/lib/cases/status-queries";
import { type DeclineGround, declineGrounds, kindWords } from "@/lib/cases/words";
import type { Ctx } from "@/lib/context";
import { config } from "@/trust-center.config";
import { takeBack, write } from "./actions";
import { Proof } from "./proof";
import { ToConfirm } from "./to-confirm";

/** One request as somebody without an account sees it: how it stands, what is owed, what was written. */
export function CaseStatus({ ctx, one, session }: { ctx: Ctx; one: StatusView; session: string }) {
  const zone = one.timeZone;
  return (
    <>
      <PageHeader
        title={kindWords[one.kind].title}
        lead={
          <>
            <span className="font-mono">{one.reference}</span>, received{" "}
            <Time at={one.receivedAt} zone={zone} withTime />
          </>
        }
      />
      <dl className="mb-8 grid gap-x-8 gap-y-4 border-t border-line pt-4 sm:grid-cols-[auto_1fr_auto]">
        <div>
          <dt className="mb-1 text-sm text-muted">Status</dt>
          <dd>
            {one.proof === "waiting" || one.toConfirm ? (
              <CaseChip state="waiting-for-you" word="Waiting for you" />
            ) : (
              <CaseChip state={one.status.state} word={one.status.word} />
            )}
          </dd>
        </div>
        <div>
          <dt className="mb-1 text-sm text-muted">{one.closedAt ? "What now" : "What happens next"}</dt>
          <dd className="max-w-[60ch]">
            {one.toConfirm
              ? "You see what would be deleted, and confirm it."
              : one.proof === "waiting"
                ? "You confirm with the link that we sent to the address on file."
                : one.status.next}
          </dd>
        </div>
        {one.nextClock && !one.closedAt ? (
          <div>
            <dt className="mb-1 text-sm text-muted">Our time to answer</dt>
            <dd>
              <ClockChip clock={one.nextClock} zone={zone} />
            </dd>
          </div>
        ) : null}
      </dl>

      <Proof one={one} />
      {one.toConfirm && one.bearer === "subject" ? <ToConfirm ctx={ctx} session={session} /> : null}
      {one.package && one.bearer !== "agent" ? (
        <p className="mb-8 max-w-[70ch]">
          The file is for you alone.{" "}
          <Link href={`/account/requests/${one.reference}`} prefetch={false} className="link">
            Sign in with the address on file
          </Link>{" "}
          to see its progress and open it.
        </p>
      ) : null}
      {one.deletion && !one.closedAt ? (
        <div className="mb-8 max-w-[75ch]">
          <Callout title="The deletion is planned">
            <p>
              For <Time at={one.deletion.graceEndsAt} zone={zone} withTime />. The mail about it holds a link that
              cancels it with one click, until then.
            </p>
          </Callout>
        </div>
      ) : null}
      {one.decision === "declined" ? (
        <div className="mb-8 max-w-[75ch]">
          <Callout title="We declined this">
            {one.declineGround ? <p>{declineGrounds[one.declineGround as DeclineGround]}</p> : null}
            <p>
              The reasons stand in the messages below. If you think this is wrong, write there and a person looks again.
              You can also complain to{" "}
              <a className="link" href={config.complaint.address} rel="noreferrer">
                {config.complaint.authority}
              </a>{" "}
              or go to court, at any time.
            </p>
          </Callout>
        </div>
      ) : null}

      <Conversation one={one} zone={zone} write={write}>
        {one.permission === "signed" && one.bearer === "subject" ? (
          <Section title="Your permission" lead="Somebody else asked for you, and gets the answers.">
            <ActionForm action={takeBack}>
              <SubmitButton look="secondary">Take it back</SubmitButton>
            </ActionForm>
          </Section>
        ) : null}
      </Conversation>
    </>
  );
}
