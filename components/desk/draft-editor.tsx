import type { ReactNode } from "react";
import { ActionForm, FormArea, FormSelect, FormText, SubmitButton } from "@/components/ui/form";
import type { FormState } from "@/lib/auth/action";
import { dayOf } from "@/lib/policy/draft-form";
import type { Highlight } from "@/lib/policy/queries";

type Mark = Pick<Highlight, "kind" | "clauseId" | "sentence" | "oldText" | "newText">;

const kindWords: Record<Highlight["kind"], string> = {
  "new-data": "New data",
  "new-purpose": "New purpose",
  "new-recipient": "New recipient",
  "retention-longer": "Kept longer",
  "retention-shorter": "Kept shorter",
  "right-added": "Right added",
  "right-narrowed": "Right narrowed",
  contact: "Contact",
  wording: "Wording",
};
const kinds = Object.keys(kindWords) as Highlight["kind"][];

/** How many empty rows stand ready; saving brings more. */
const spare = 2;

function HighlightRow({ row, mark, clauses }: { row: number; mark: Mark | null; clauses: string[] }) {
  const name = (field: string) => `highlights.${row}.${field}`;
  return (
    <fieldset className="grid gap-4 border-t border-line py-5 sm:grid-cols-2">
      <legend className="sr-only">{`Highlight ${row + 1}`}</legend>
      <FormSelect id={name("kind")} label={`${row + 1}. Kind`} defaultValue={mark?.kind ?? ""}>
        <option value="">No highlight</option>
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {kindWords[kind]}
          </option>
        ))}
      </FormSelect>
      <FormText
        id={name("clauseId")}
        label="Clause"
        defaultValue={mark?.clauseId ?? ""}
        list={clauses.length > 0 ? "clauses" : undefined}
        autoComplete="off"
        spellCheck={false}
      />
      <div className="sm:col-span-2">
        <FormArea
          id={name("sentence")}
          label="What it means for the reader, in one sentence"
          defaultValue={mark?.sentence ?? ""}
          rows={2}
          maxLength={500}
        />
      </div>
      <FormArea id={name("oldText")} label="Until then" defaultValue={mark?.oldText ?? ""} rows={2} maxLength={2000} />
      <FormArea
        id={name("newText")}
        label="From then on"
        defaultValue={mark?.newText ?? ""}
        rows={2}
        maxLength={2000}
      />
    </fieldset>
  );
}

/** Text, day and highlights of a draft in one form: what an approval binds to is saved together (S15). */
export function DraftEditor({
  action,
  hidden,
  markdown,
  effectiveAt,
  highlights,
  clauses,
  firstDay,
  save,
}: {
  action: (state: FormState, form: FormData) => Promise<FormState>;
  /** Which draft, and which state of it. */
  hidden: ReactNode;
  markdown: string;
  effectiveAt: Temporal.Instant | null;
  highlights: Mark[];
  /** Clause ids of the text, offered for the highlights. */
  clauses: string[];
  /** The first day the version may take effect if it were announced today. */
  firstDay: string;
  save: string;
}) {
  const rows = [...highlights, ...Array.from({ length: spare }, () => null)];
  return (
    <ActionForm
      action={action}
      className="space-y-8"
      done="Saved."
      said={{
        conflict:
          "This draft was saved elsewhere in the meantime, perhaps in another of your tabs. What you typed is still here; look at the newest text before you save over it.",
      }}
    >
      {hidden}
      <FormArea
        id="markdown"
        label="Text"
        hint='Markdown: clauses as "## Heading {#id}", plain words in ":::plain", promises as :promise[sentence]{id="..."}.'
        defaultValue={markdown}
        rows={28}
        className="font-mono text-sm leading-relaxed"
        required
      />
      <FormText
        id="effectiveOn"
        label="Takes effect on"
        type="date"
        hint={`From the first minute of that day. If it were announced today: ${firstDay} or later.`}
        defaultValue={effectiveAt ? dayOf(effectiveAt) : ""}
        className="max-w-56"
      />
      <section>
        <h2 className="text-lg">Highlights</h2>
        <p className="mb-2 max-w-[70ch] text-muted">
          The significant changes, most important first. They stand in the mail to everybody. Clear every field of one
          to remove it; saving brings empty rows.
        </p>
        <datalist id="clauses">
          {clauses.map((id) => (
            <option key={id} value={id} />
          ))}
        </datalist>
        {rows.map((mark, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place in the form
          <HighlightRow key={row} row={row} mark={mark} clauses={clauses} />
        ))}
      </section>
      <SubmitButton>{save}</SubmitButton>
    </ActionForm>
  );
}
