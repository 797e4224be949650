import Link from "next/link";
import { CaseChip } from "@/components/cases/case-chip";
import { ClockChip } from "@/components/cases/clock-chip";
import { Conversation } from "@/components/cases/conversation";
import { RefusalNote } from "@/components/cases/refusal-note";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader, Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import type { DeletionView } from "@/lib/cases/case-view";
import type { StatusView } from "@/lib/cases/status-queries";
import { kindWords } from "@/lib/cases/words";
import type { Ctx } from "@/lib/context";
import { appeal, takeBack, write } from "./actions";
import { Proof } from "./proof";
import { ToConfirm } from "./to-confirm";

/** Whether it is still to come; what was decided or cancelled does not, though the request may be open again. */
const isPlanned = ({ cancelledAt, decidedAt, begunAt }: DeletionView): boolean =>
  !cancelledAt && !decidedAt && !begunAt;

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
            <CaseChip state={one.status.state} word={one.status.word} />
          </dd>
        </div>
        <div>
          <dt className="mb-1 text-sm text-muted">{one.closedAt ? "What now" : "What happens next"}</dt>
          <dd className="max-w-[60ch]">{one.status.next}</dd>
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
      {one.deletion && !one.closedAt && isPlanned(one.deletion) ? (
        <div className="mb-8 max-w-[75ch]">
          <Callout title="The deletion is planned">
            <p>
              For <Time at={one.deletion.graceEndsAt} zone={zone} withTime />. The mail about it holds a link that
              cancels it with one click, until then.
            </p>
          </Callout>
        </div>
      ) : null}
      {one.toPick ? (
        <div className="mb-8 max-w-[75ch]">
          <Callout title="Pick it yourself">
            <p>
              Signed in with the address on file you see what we hold as yours, pick what is wrong and say how it should
              be, in this very request. What stands in your own account is then put right at once. A person of our team
              does it for you otherwise.
            </p>
            <p>
              <Link href={`/account/correct?case=${one.reference}`} prefetch={false} className="link">
                Sign in and pick what is wrong
              </Link>
            </p>
          </Callout>
        </div>
      ) : null}
      <RefusalNote found={one} zone={zone} appeal={appeal} />

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
