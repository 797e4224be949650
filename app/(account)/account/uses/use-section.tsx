import { RecordLine } from "@/components/processing/record-line";
import { UseState } from "@/components/processing/use-state";
import { ActionForm, FormArea, FormSelect, SubmitButton } from "@/components/ui/form";
import { messageLimit } from "@/lib/cases/message-text";
import { newId } from "@/lib/ids";
import { useWords } from "@/lib/processing/purposes";
import type { RecordView, Uses, UseView } from "@/lib/processing/queries";
import { allow, end, object } from "./actions";

type Props = { use: UseView; systems: Uses["systems"]; zone: string };

/** One use: what it is, whether it runs, and the one step that stops it or takes that back (L12). */
export function UseSection({ use, systems, zone }: Props) {
  const { purpose, records, reason, refusals } = use;
  const words = useWords[purpose];
  const isObjected = records.some((one) => one.kind === "objection" && one.system === null);
  return (
    <section id={purpose} aria-labelledby={`${purpose}-title`} className="border-t border-line py-6">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <h2 id={`${purpose}-title`} className="text-xl">
          {words.title}
        </h2>
        <UseState reason={reason} />
      </div>
      <p className="mt-1 max-w-[70ch]">{words.what}</p>
      {words.fixed ? (
        <p className="mt-2 max-w-[70ch] text-muted">{words.fixed}</p>
      ) : (
        <p className="mt-2 max-w-[70ch] text-muted">
          <span className="font-medium">When it stops:</span> {words.stopped}
        </p>
      )}
      {refusals > 0 ? (
        <p className="mt-2 max-w-[70ch]">
          In the last 30 days the platform wanted to use your data for this{" "}
          {refusals === 1 ? "once" : `${refusals.toLocaleString("en")} times`} and was stopped.
        </p>
      ) : null}
      {records.length > 0 ? (
        <ul className="mt-4 space-y-4">
          {records.map((record) => (
            <li key={record.id}>
              <Standing record={record} zone={zone} about={words.title} />
            </li>
          ))}
        </ul>
      ) : null}
      <div className="mt-4 flex flex-wrap items-start gap-x-6 gap-y-4 empty:hidden">
        {words.fixed || isObjected ? null : <ObjectForm use={use} systems={systems} />}
        {reason === "restriction" ? (
          <ActionForm action={allow} className="space-y-2">
            <input type="hidden" name="purpose" value={purpose} />
            <SubmitButton look="secondary">
              Allow this use<span className="sr-only"> ({words.title})</span>
            </SubmitButton>
          </ActionForm>
        ) : null}
      </div>
    </section>
  );
}

/** What was said, with the way back beside it; what staff excepted is theirs to end. */
export function Standing({ record, zone, about }: { record: RecordView; zone: string; about: string }) {
  const isTheirs = record.kind === "exception" && record.source === "staff";
  const label =
    record.kind === "exception" ? "No longer allow it" : record.kind === "objection" ? "Take it back" : "End the limit";
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-3 rounded-md border border-line bg-sunken p-4">
      <RecordLine record={record} zone={zone} />
      {isTheirs ? null : (
        <ActionForm action={end} className="space-y-2">
          <input type="hidden" name="recordId" value={record.id} />
          <SubmitButton look="secondary">
            {label}
            <span className="sr-only"> ({about})</span>
          </SubmitButton>
        </ActionForm>
      )}
    </div>
  );
}

function ObjectForm({ use: { purpose }, systems }: { use: UseView; systems: Uses["systems"] }) {
  const { title, unconditional } = useWords[purpose];
  return (
    <ActionForm action={object} className="min-w-0 max-w-[70ch] space-y-3 has-[details[open]]:basis-full">
      <input type="hidden" name="purpose" value={purpose} />
      <input type="hidden" name="idempotencyKey" value={newId()} />
      <SubmitButton look="secondary">
        Object<span className="sr-only"> to {title.toLowerCase()}</span>
      </SubmitButton>
      {unconditional && systems.length < 2 ? null : (
        <details>
          <summary className="cursor-pointer text-sm text-muted">
            {unconditional ? "Only in one system" : systems.length < 2 ? "Say why" : "Say why, or only in one system"}
          </summary>
          <div className="mt-3 space-y-4">
            <SystemSelect id={`system-${purpose}`} systems={systems} />
            {unconditional ? null : (
              <FormArea
                id={`message-${purpose}`}
                name="message"
                label="Why it should stop for you"
                hint="You need not say it. It helps whoever weighs it, and is encrypted with a key of your own."
                rows={3}
                maxLength={messageLimit}
              />
            )}
          </div>
        </details>
      )}
    </ActionForm>
  );
}

/** Nothing to choose where there is one system. */
export function SystemSelect({ id, systems }: { id: string; systems: Uses["systems"] }) {
  if (systems.length < 2) return null;
  return (
    <FormSelect id={id} name="system" label="Where">
      <option value="">Everywhere</option>
      {systems.map(({ name, label }) => (
        <option key={name} value={name}>
          {label}
        </option>
      ))}
    </FormSelect>
  );
}
