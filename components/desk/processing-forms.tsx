import { ActionForm, FormArea, FormSelect, SubmitButton } from "@/components/ui/form";
import { objectable, useWords } from "@/lib/processing/purposes";
import type { RecordView } from "@/lib/processing/queries";
import { exceptionWords, liftGrounds, rejectionGrounds } from "@/lib/processing/words";
import { config } from "@/trust-center.config";
import { type CaseAction, type CaseAt, CaseTarget, staleWords } from "./case-target";
import { ConfirmDisclosure } from "./confirm-disclosure";
import { GroundSelect } from "./ground-select";

export type ProcessingActions = { weigh: CaseAction; announce: CaseAction; keep: CaseAction; except: CaseAction };
type Props = { record: RecordView; at: CaseAt; action: CaseAction };

function Target({ record, at }: Omit<Props, "action">) {
  return (
    <>
      <CaseTarget {...at} />
      <input type="hidden" name="recordId" value={record.id} />
    </>
  );
}

function Words({ id, label, hint }: { id: string; label: string; hint?: string }) {
  return <FormArea id={id} name="text" label={label} hint={hint} rows={4} required maxLength={10_000} />;
}

/** Uphold or reject, side by side and the same size (L12). */
export function WeighForms({ record, at, action }: Props) {
  return (
    <div className="grid gap-8 md:grid-cols-2">
      <ActionForm action={action} said={staleWords}>
        <h4 className="font-medium">Uphold</h4>
        <Target record={record} at={at} />
        <input type="hidden" name="decision" value="upheld" />
        <Words id={`uphold-${record.id}`} label="What holds from now on" hint="The person reads this." />
        <SubmitButton>Uphold</SubmitButton>
      </ActionForm>
      <ActionForm action={action} said={staleWords}>
        <h4 className="font-medium">Reject</h4>
        <Target record={record} at={at} />
        <input type="hidden" name="decision" value="rejected" />
        <GroundSelect id={`ground-${record.id}`} of={rejectionGrounds} />
        <Words
          id={`reject-${record.id}`}
          label="The reasons, in words for this person"
          hint={`It stands for ${config.processing.liftDays} more days, which the person is told with the reasons.`}
        />
        <SubmitButton look="danger">Reject</SubmitButton>
      </ActionForm>
    </div>
  );
}

export function LiftForm({ record, at, action }: Props) {
  return (
    <ConfirmDisclosure label="Announce that it ends" wide>
      <ActionForm action={action} said={staleWords}>
        <Target record={record} at={at} />
        <p className="text-sm">
          The person is told by mail now. It ends {config.processing.liftDays} days later by itself, unless they write
          against it: then not before somebody has answered.
        </p>
        <FormSelect id={`lift-ground-${record.id}`} name="ground" label="Why" required defaultValue="">
          <option value="" disabled>
            Choose one
          </option>
          {Object.entries(liftGrounds).map(([key, words]) => (
            <option key={key} value={key}>
              {words}
            </option>
          ))}
        </FormSelect>
        <Words id={`lift-${record.id}`} label="The reasons, in words for this person" />
        <SubmitButton>Announce it</SubmitButton>
      </ActionForm>
    </ConfirmDisclosure>
  );
}

export function KeepForm({ record, at, action }: Props) {
  return (
    <ConfirmDisclosure label="Let it stand after all" wide>
      <ActionForm action={action} said={staleWords}>
        <Target record={record} at={at} />
        <Words id={`keep-${record.id}`} label="What the person reads about it" />
        <SubmitButton>Let it stand</SubmitButton>
      </ActionForm>
    </ConfirmDisclosure>
  );
}

export function ExceptForm({ record, at, action }: Props) {
  return (
    <ConfirmDisclosure label="Let one use go on" wide>
      <ActionForm action={action} said={staleWords}>
        <Target record={record} at={at} />
        <FormSelect id={`except-purpose-${record.id}`} name="purpose" label="Which use">
          {objectable
            .filter((one) => record.purpose === null || record.purpose === one)
            .map((one) => (
              <option key={one} value={one}>
                {useWords[one].title}
              </option>
            ))}
        </FormSelect>
        <FormSelect id={`except-ground-${record.id}`} name="ground" label="On what (GDPR Art. 18(2))">
          {(["legal-claims", "protection-of-others"] as const).map((key) => (
            <option key={key} value={key}>
              {exceptionWords[key]}
            </option>
          ))}
        </FormSelect>
        <Words id={`except-${record.id}`} label="The reasons, in words for this person" />
        <SubmitButton>Let it go on</SubmitButton>
      </ActionForm>
    </ConfirmDisclosure>
  );
}
