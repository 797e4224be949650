import { ActionForm, FormArea, SubmitButton } from "@/components/ui/form";
import { Time } from "@/components/ui/time";
import type { AccessForStaff } from "@/lib/access/queries";
import { purposeWords, thingWords } from "@/lib/access/words";
import type { FormState } from "@/lib/auth/action";
import { ConfirmDisclosure } from "./confirm-disclosure";

/**
 * Who opened a case, when and why, for officers and auditors; the person sees all but the name.
 * @param conceal an officer's way to hide one from the person; null for everybody else
 */
export function AccessList({
  accesses,
  me,
  conceal,
}: {
  accesses: AccessForStaff[];
  me: string;
  conceal: ((state: FormState, form: FormData) => Promise<FormState>) | null;
}) {
  return (
    <ul className="divide-y divide-line border-y border-line">
      {accesses.map(({ id, at, staffId, staffName, purpose, what, words, concealedAt }) => (
        <li key={id} className="space-y-2 py-3">
          <p>
            <span className="font-medium">{staffName}</span>, <Time at={at} withTime />: {purposeWords[purpose].desk}
            {thingWords[what] ? `, ${thingWords[what]}` : null}
            {concealedAt ? <span className="text-sm text-muted"> (hidden from the person)</span> : null}
          </p>
          {words ? <p className="whitespace-pre-wrap text-sm">{words}</p> : null}
          {conceal && !concealedAt && staffId !== me ? (
            <ConfirmDisclosure label="Hide from the person" about={`what ${staffName} looked at`}>
              <ActionForm action={conceal}>
                <input type="hidden" name="accessId" value={id} />
                <FormArea
                  id={`conceal-${id}`}
                  name="reason"
                  label="Why they may not know"
                  hint="Kept sealed, for officers and auditors."
                  rows={3}
                  required
                  minLength={10}
                  maxLength={2000}
                />
                <SubmitButton look="secondary">Hide it</SubmitButton>
              </ActionForm>
            </ConfirmDisclosure>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
