import { Button } from "@/components/ui/button";
import { ActionForm, FormArea } from "@/components/ui/form";
import { summaryClass } from "@/components/ui/summary";
import { purposeWords, statedPurposes } from "@/lib/access/words";
import type { FormState } from "@/lib/auth/action";

/** Why a case is opened that is neither one's own nor due: one press on the reason opens it. */
export function VisitForm({
  action,
  caseId,
}: {
  action: (state: FormState, form: FormData) => Promise<FormState>;
  caseId: string;
}) {
  return (
    <ActionForm action={action} className="max-w-[60ch] space-y-6">
      <input type="hidden" name="caseId" value={caseId} />
      <fieldset className="space-y-3">
        <legend className="mb-3 font-medium">Why do you open it?</legend>
        <ul className="space-y-2">
          {statedPurposes.map((purpose) => (
            <li key={purpose}>
              <Button look="secondary" name="purpose" value={purpose} className="w-full justify-start!">
                {purposeWords[purpose].desk}
              </Button>
            </li>
          ))}
        </ul>
      </fieldset>
      <details>
        <summary className={summaryClass}>Say more first</summary>
        <div className="mt-3">
          <FormArea
            id="words"
            label="In your words"
            hint="Sealed, for officers and auditors. The person sees the reason above, not this."
            rows={3}
            maxLength={2000}
          />
        </div>
      </details>
    </ActionForm>
  );
}
