import { highlightKindWords, severityWords } from "@/components/policy/highlight-words";
import { ActionForm, FormArea, FormSelect, FormText, SubmitButton } from "@/components/ui/form";
import type { FormState } from "@/lib/auth/action";
import { categoryWords } from "@/lib/data-map/category-words";
import { policyCategories } from "@/lib/data-map/types";
import type { Highlight } from "@/lib/policy/queries";

type Mark = Pick<Highlight, "kind" | "clauseId" | "sentence" | "oldText" | "newText" | "severity" | "categories">;

const kinds = Object.keys(highlightKindWords) as Highlight["kind"][];
const severities = Object.keys(severityWords) as Highlight["severity"][];

/** How many empty rows stand ready; saving brings more. */
const spare = 2;

function HighlightRow({ row, mark, clauses }: { row: number; mark: Mark | null; clauses: string[] }) {
  const name = (field: string) => `highlights.${row}.${field}`;
  return (
    <fieldset className="grid gap-4 border-t border-line py-5 sm:grid-cols-3">
      <legend className="sr-only">{`Highlight ${row + 1}`}</legend>
      <FormSelect id={name("kind")} label={`${row + 1}. Kind`} defaultValue={mark?.kind ?? ""}>
        <option value="">No highlight</option>
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {highlightKindWords[kind]}
          </option>
        ))}
      </FormSelect>
      <FormSelect id={name("severity")} label="How much it matters" defaultValue={mark?.severity ?? "medium"}>
        {severities.map((severity) => (
          <option key={severity} value={severity}>
            {severityWords[severity]}
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
      <div className="sm:col-span-3">
        <FormArea
          id={name("sentence")}
          label="What it means for the reader, in one sentence"
          defaultValue={mark?.sentence ?? ""}
          rows={2}
          maxLength={500}
        />
      </div>
      <div className="grid gap-4 sm:col-span-3 sm:grid-cols-2">
        <FormArea
          id={name("oldText")}
          label="Until then"
          defaultValue={mark?.oldText ?? ""}
          rows={2}
          maxLength={2000}
        />
        <FormArea
          id={name("newText")}
          label="From then on"
          defaultValue={mark?.newText ?? ""}
          rows={2}
          maxLength={2000}
        />
      </div>
      <fieldset className="sm:col-span-3">
        <legend className="font-medium">Only for people of whom we hold</legend>
        <p className="text-sm text-muted">None ticked: it is about everybody.</p>
        <div className="mt-1 flex flex-wrap gap-x-6">
          {policyCategories.map((category) => (
            <label key={category} className="inline-flex min-h-9 items-center gap-2">
              <input
                type="checkbox"
                name={name("categories")}
                value={category}
                defaultChecked={mark?.categories.includes(category) ?? false}
                className="size-5 accent-accent"
              />
              {categoryWords[category].label}
            </label>
          ))}
        </div>
      </fieldset>
    </fieldset>
  );
}

/** The highlights of a draft in one form, saved together. */
export function HighlightsEditor({
  action,
  versionId,
  base,
  highlights,
  clauses,
}: {
  action: (state: FormState, form: FormData) => Promise<FormState>;
  versionId: string;
  /** The highlights that are edited (`Draft.highlightsBase`). */
  base: string;
  highlights: Mark[];
  /** Clause ids of the text, offered for the highlights. */
  clauses: string[];
}) {
  const rows = [...highlights, ...Array.from({ length: spare }, () => null)];
  return (
    <ActionForm
      // What was added or removed elsewhere gives every row its place anew.
      key={base}
      action={action}
      className="max-w-4xl"
      done="Highlights saved."
      said={{
        conflict:
          "The highlights were saved elsewhere in the meantime, perhaps in another of your tabs. What you typed is still here; look at the newest ones before you save over them.",
      }}
    >
      <input type="hidden" name="versionId" value={versionId} />
      <input type="hidden" name="basedOn" value={base} />
      <datalist id="clauses">
        {clauses.map((id) => (
          <option key={id} value={id} />
        ))}
      </datalist>
      {rows.map((mark, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place in the form
        <HighlightRow key={row} row={row} mark={mark} clauses={clauses} />
      ))}
      <SubmitButton>Save the highlights</SubmitButton>
    </ActionForm>
  );
}
