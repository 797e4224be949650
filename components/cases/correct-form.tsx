"use client";

import { type ReactNode, useActionState } from "react";
import type { FormState } from "@/lib/auth/action";
import { sentences } from "@/lib/errors";
import { Callout } from "../ui/callout";
import { SelectField, TextArea, TextField } from "../ui/field";
import { SubmitButton } from "../ui/form";

export type CorrectState = FormState & {
  /** What would be sent, once every value is in its form. */
  review?: { handle: string; before: string | null; after: string; evidence: string }[];
};

type Field = {
  handle: string;
  label: string;
  record: string;
  value: string | null;
  kind: "text" | "long-text" | "phone" | "email" | "number" | "date" | "yes-no";
  max: number;
  by: "rule" | "staff" | "address";
};

/** First how it should be, then old and new side by side, then sent. Each step is a form of its own, so it works without a script. */
export function CorrectForm({
  action,
  fields,
  start,
  extra = null,
  staff = false,
}: {
  action: (state: CorrectState, form: FormData) => Promise<CorrectState>;
  fields: Field[];
  /** Hidden fields that every step carries. */
  start: ReactNode;
  /** Fields of the last step, beside old and new. */
  extra?: ReactNode;
  /** Somebody writes it down for the person. */
  staff?: boolean;
}) {
  const [state, submit] = useActionState(action, {});
  const typed = (name: string) => state.values?.[name] ?? "";
  return (
    <form action={submit} className="space-y-8" key={state.review ? "review" : "edit"}>
      {start}
      {fields.map(({ handle }) => (
        <input key={handle} type="hidden" name="f" value={handle} />
      ))}
      {state.reason ? (
        <Callout look="bad" live>
          <p>{sentences[state.reason]}</p>
          {state.reason === "step-up-required" ? (
            <p>
              <a className="link" href="/step-up" target="_blank" rel="noreferrer">
                Confirm in a new tab
              </a>
              , then come back and send this again.
            </p>
          ) : null}
        </Callout>
      ) : null}
      {state.review ? (
        <Review fields={fields} review={state.review} why={typed("why")} extra={extra} staff={staff} />
      ) : (
        <>
          {fields.map((field) => (
            <Edit key={field.handle} field={field} state={state} staff={staff} />
          ))}
          {staff ? null : (
            <TextArea
              id="why"
              label="Anything else we should know (optional)"
              rows={3}
              maxLength={4000}
              defaultValue={typed("why")}
            />
          )}
          <SubmitButton name="intent" value="review">
            See old and new
          </SubmitButton>
        </>
      )}
    </form>
  );
}

function Edit({ field, state, staff }: { field: Field; state: CorrectState; staff: boolean }) {
  const { handle, label, record, value, kind, max, by } = field;
  const name = `value.${handle}`;
  const common = {
    id: name,
    label: "How it should be",
    error: state.fields?.[name],
    required: true,
    defaultValue: state.values?.[name] ?? value ?? "",
  };
  return (
    <fieldset className="min-w-0 space-y-4 border-t border-line pt-4">
      <legend className="pr-3 text-lg">
        {label} <span className="text-base text-muted">({record})</span>
      </legend>
      <p>
        <span className="text-muted">Now:</span>{" "}
        <span className="whitespace-pre-wrap [overflow-wrap:anywhere]">{value || <em>nothing</em>}</span>
      </p>
      {kind === "long-text" ? (
        <TextArea {...common} rows={5} maxLength={max} />
      ) : kind === "yes-no" ? (
        <SelectField {...common}>
          <option value="true">Yes</option>
          <option value="false">No</option>
        </SelectField>
      ) : (
        <TextField {...common} maxLength={max} {...inputs[kind]} />
      )}
      <TextArea
        id={`evidence.${handle}`}
        label={evidenceLabel(by, staff)}
        hint={
          staff
            ? "The person reads it, and whoever approves it."
            : by === "staff"
              ? "For example: it says so in my contract of 3 May. A person looks at it."
              : undefined
        }
        error={state.fields?.[`evidence.${handle}`]}
        rows={2}
        maxLength={2000}
        required={staff || by === "staff"}
        defaultValue={state.values?.[`evidence.${handle}`] ?? ""}
      />
    </fieldset>
  );
}

const Whose = ({ field }: { field: Field | undefined }) => (
  <dt className="mb-2 font-medium">
    {field?.label} <span className="font-normal text-muted">({field?.record})</span>
  </dt>
);

const evidenceLabel = (by: Field["by"], staff: boolean): string =>
  staff
    ? "What it rests on"
    : by === "staff"
      ? "How can one see that it is right?"
      : "How can one see that it is right? (optional)";

const inputs = {
  text: { type: "text" },
  phone: { type: "tel", autoComplete: "off" },
  email: { type: "text", inputMode: "email", autoCapitalize: "off", spellCheck: false },
  number: { type: "text", inputMode: "decimal" },
  date: { type: "date" },
} as const;

function Review({
  fields,
  review,
  why,
  extra,
  staff,
}: {
  fields: Field[];
  review: NonNullable<CorrectState["review"]>;
  why: string;
  extra: ReactNode;
  staff: boolean;
}) {
  const ruled = fields.every(({ by }) => by === "rule");
  return (
    <>
      <dl className="space-y-6">
        {review.map(({ handle, before, after, evidence }) => (
          <div key={handle} className="border-t border-line pt-4">
            <Whose field={fields.find((field) => field.handle === handle)} />
            <dd className="grid gap-3 sm:grid-cols-2">
              <p className="min-w-0">
                <span className="block text-sm text-muted">Old</span>
                <span className="whitespace-pre-wrap [overflow-wrap:anywhere]">{before || <em>nothing</em>}</span>
              </p>
              <p className="min-w-0">
                <span className="block text-sm text-muted">New</span>
                <span className="whitespace-pre-wrap font-medium [overflow-wrap:anywhere]">{after}</span>
              </p>
              {evidence ? <p className="text-sm text-muted sm:col-span-2">{evidence}</p> : null}
            </dd>
            <input type="hidden" name={`value.${handle}`} value={after} />
            <input type="hidden" name={`evidence.${handle}`} value={evidence} />
          </div>
        ))}
      </dl>
      <input type="hidden" name="why" value={why} />
      {extra}
      <p className="text-muted">
        {staff
          ? "What the data map lets a rule decide is put right at once; a colleague of yours approves the rest. The person is told, and reads what you wrote here."
          : ruled
            ? "This is put right at once, and the providers that received it are told."
            : "What a person has to look at first is put right once they agree. You read every decision here, with its reasons."}
      </p>
      <div className="flex flex-wrap gap-3">
        <SubmitButton name="intent" value="send">
          {staff ? "Propose it for them" : "Ask for the correction"}
        </SubmitButton>
        <SubmitButton name="intent" value="edit" look="secondary">
          Change something
        </SubmitButton>
      </div>
    </>
  );
}
