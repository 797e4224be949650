import Link from "next/link";
import { Callout } from "@/components/ui/callout";
import { ActionForm, FormArea, FormSelect, SubmitButton } from "@/components/ui/form";
import { type MessageGround, messageGroundKeys, messageGrounds, passageLimits } from "@/lib/cases/redaction";
import { type CaseAction, type CaseAt, CaseTarget, staleWords } from "./case-target";
import { TakeSelection } from "./take-selection";

function Grounds({ id, first }: { id: string; first: MessageGround }) {
  return (
    <FormSelect id={id} name="ground" label="Why" hint="The person reads it with the bar." defaultValue={first}>
      {messageGroundKeys.map((key) => (
        <option key={key} value={key}>
          {messageGrounds[key].desk}
        </option>
      ))}
    </FormSelect>
  );
}

/**
 * What staff can do to a message: leave a passage out of it, or take it out of view. Folded away, since it is done seldom.
 * @param mailed its words went out by mail as well, which nobody calls back
 * @param originals where an officer reads it as it was; null while nothing was left out, and for everybody else
 */
export function MessageTools({
  messageId,
  at,
  reply,
  mailed,
  decision,
  withdrawn,
  originals,
  redact,
  withdraw,
}: {
  messageId: string;
  at: CaseAt;
  reply: boolean;
  mailed: boolean;
  decision: boolean;
  withdrawn: boolean;
  originals: string | null;
  redact: CaseAction;
  withdraw: CaseAction;
}) {
  const original = originals ? (
    <Link href={originals} prefetch={false} className="link text-sm">
      As it was written
    </Link>
  ) : null;
  if (withdrawn) return original ? <p className="mt-3">{original}</p> : null;
  return (
    <details className="mt-3 text-sm">
      <summary className="inline-flex min-h-6 cursor-pointer items-center text-muted hover:text-ink">
        Leave something out<span className="sr-only"> of this message</span>
      </summary>
      <div className="mt-3 space-y-6 text-base">
        <ActionForm action={redact} said={staleWords}>
          <CaseTarget {...at} />
          <input type="hidden" name="messageId" value={messageId} />
          <FormArea
            id={`passage-${messageId}`}
            name="passage"
            label="The words, exactly as they stand above"
            hint="A black bar takes their place wherever they stand in this message, for everybody, and in all that is sent from now on."
            rows={2}
            required
            minLength={passageLimits.least}
            maxLength={passageLimits.most}
          />
          <TakeSelection field={`passage-${messageId}`} />
          <Grounds id={`ground-${messageId}`} first="rights-of-others" />
          <SubmitButton look="secondary">Leave it out</SubmitButton>
        </ActionForm>
        {decision ? null : (
          <ActionForm action={withdraw} said={staleWords} className="space-y-4 border-t border-line pt-4">
            <CaseTarget {...at} />
            <input type="hidden" name="messageId" value={messageId} />
            <p>
              Or take the whole message out of view, with its files. It stays sealed as evidence.
              {reply ? " When it was the answer, an answer is owed again, by the clock that it had stopped." : ""}
            </p>
            {mailed ? (
              <Callout>
                <p>Its words went out by mail too. Nobody can call a mail back.</p>
              </Callout>
            ) : null}
            <Grounds id={`withdraw-${messageId}`} first={reply ? "mistaken" : "rights-of-others"} />
            <SubmitButton look="danger">Take it out of view</SubmitButton>
          </ActionForm>
        )}
        {original ? <p>{original}, for officers with a reason</p> : null}
      </div>
    </details>
  );
}
