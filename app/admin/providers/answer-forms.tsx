import type { ReactNode } from "react";
import { ConfirmDisclosure } from "@/components/desk/confirm-disclosure";
import { ActionForm, FormArea, FormText, SubmitButton } from "@/components/ui/form";
import { record } from "./actions";

const states = {
  told: { label: "I told it", how: "How and when it was told", button: "Record that it was told" },
  erased: { label: "It erased the data", how: "How and when it answered", button: "Record that it erased" },
  "nothing-held": { label: "It held nothing", how: "How and when it answered", button: "Record that it held nothing" },
  kept: { label: "It keeps some of it", how: "How and when it answered", button: "Record that it keeps some" },
} as const;
type State = keyof typeof states;

/** One disclosure for each thing that can have happened. */
export function AnswerForms({ erasureId, told, name }: { erasureId: string; told: boolean; name: string }) {
  const open = (Object.keys(states) as State[]).filter((state) => state !== "told" || !told);
  return (
    <div className="space-y-3">
      {open.map((state) => (
        <ConfirmDisclosure key={state} label={states[state].label} about={name} wide>
          <AnswerForm erasureId={erasureId} state={state}>
            {state === "kept" ? (
              <>
                <FormText
                  id={`ground-${state}`}
                  name="ground"
                  label="Its ground"
                  hint="In its words, such as a law that makes it keep invoices. The person is shown it."
                  required
                  minLength={3}
                  maxLength={500}
                />
                <FormText id={`until-${state}`} name="until" type="date" label="Until when (optional)" />
              </>
            ) : null}
          </AnswerForm>
        </ConfirmDisclosure>
      ))}
    </div>
  );
}

function AnswerForm({ erasureId, state, children }: { erasureId: string; state: State; children: ReactNode }) {
  return (
    <ActionForm action={record} done="Written down.">
      <input type="hidden" name="erasureId" value={erasureId} />
      <input type="hidden" name="state" value={state} />
      {children}
      <FormArea
        id={`evidence-${state}`}
        name="evidence"
        label={states[state].how}
        hint="Evidence that can be found again, such as the number of a letter, or the day and subject of a mail."
        rows={3}
        required
        minLength={10}
        maxLength={1000}
      />
      <SubmitButton>{states[state].button}</SubmitButton>
    </ActionForm>
  );
}
