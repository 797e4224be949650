import { Callout } from "@/components/ui/callout";
import { ActionForm, FormArea, SubmitButton } from "@/components/ui/form";
import { Time } from "@/components/ui/time";
import type { FormState } from "@/lib/auth/action";
import { messageLimit } from "@/lib/cases/message-text";
import type { CaseForSubject } from "@/lib/cases/queries";
import { approvalGrounds, declineGrounds } from "@/lib/cases/words";
import { config } from "@/trust-center.config";

type Action = (state: FormState, form: FormData) => Promise<FormState>;

/**
 * What was refused, on what ground, and the ways against it: an appeal here, the authority, a court (L2); or that an appeal is being
 * decided. Of what was granted only its ground.
 */
export function RefusalNote({
  found,
  zone,
  appeal,
}: {
  found: Pick<CaseForSubject, "decision" | "reference" | "closedAt" | "appeal" | "declineGround" | "approvalGround">;
  zone: string;
  appeal: Action;
}) {
  const { decision, reference } = found;
  const { until, last } = found.appeal;
  if (last && last.reviewedAt === null && !found.closedAt)
    return (
      <div id="appeal" className="mb-8 max-w-[75ch]">
        <Callout title="Your appeal is being decided">
          <p>
            A privacy officer who did not decide the first time looks at it, at the latest within a month of{" "}
            <Time at={last.appealedAt} zone={zone} />. You can still write below.
          </p>
        </Callout>
      </div>
    );
  if (decision !== "declined" && decision !== "partly") {
    const ground = wordsOf(approvalGrounds, found.approvalGround);
    return decision && ground ? <p className="mb-8 max-w-[75ch] text-muted">{ground}</p> : null;
  }
  return (
    <div id="appeal" className="mb-8 max-w-[75ch] space-y-4">
      <Callout title={decision === "partly" ? "We declined a part of this" : "We declined this"}>
        <p>{wordsOf(declineGrounds, found.declineGround)}</p>
        <p>
          The reasons in full stand in the messages below.{" "}
          {last?.reviewedAt && !until ? "A second officer looked at your appeal and this is what they decided. " : ""}
          You can complain to{" "}
          <a className="link" href={config.complaint.address} rel="noreferrer">
            {config.complaint.authority}
          </a>{" "}
          or go to court, at any time.
        </p>
      </Callout>
      {until ? (
        <ActionForm action={appeal} className="space-y-4">
          <input type="hidden" name="reference" value={reference} />
          <FormArea
            id="appeal-text"
            name="message"
            label="Appeal this decision"
            hint={
              <>
                A privacy officer who did not decide it looks again. Possible until{" "}
                <Time at={until} zone={zone} withTime />.
              </>
            }
            rows={4}
            required
            maxLength={messageLimit}
          />
          <SubmitButton look="secondary">Send the appeal</SubmitButton>
        </ActionForm>
      ) : null}
    </div>
  );
}

const wordsOf = (words: Record<string, string>, key: string | null): string | null =>
  key && Object.hasOwn(words, key) ? (words[key] ?? null) : null;
