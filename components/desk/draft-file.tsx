import { buttonClass } from "@/components/ui/button";
import { ActionForm, FormText, SubmitButton } from "@/components/ui/form";
import type { FormState } from "@/lib/auth/action";

type Action = (state: FormState, form: FormData) => Promise<FormState>;

/** The text of a draft as a file, out and in again, byte for byte. */
export function DraftFile({
  action,
  number,
  versionId,
  base,
  effectiveAt,
}: {
  /** Null for whoever cannot change it: they take it out only. */
  action: Action | null;
  number: number;
  versionId: string;
  base: string;
  effectiveAt: Temporal.Instant | null;
}) {
  return (
    <div className="flex flex-wrap items-end gap-x-8 gap-y-4">
      <a href={`/admin/policies/${number}/source`} download className={buttonClass("secondary")}>
        Download the text
      </a>
      {action ? (
        <ActionForm
          action={action}
          className="flex flex-wrap items-end gap-4"
          said={{ conflict: "The text was saved in the meantime. Look at it, then send the file again." }}
        >
          <input type="hidden" name="versionId" value={versionId} />
          <input type="hidden" name="basedOn" value={base} />
          <input type="hidden" name="effectiveAt" value={effectiveAt?.toString() ?? ""} />
          <FormText
            id="file"
            label="Put a file in its place"
            type="file"
            accept=".md,.markdown,text/markdown,text/plain"
            hint="Markdown in UTF-8, at most 256 KB."
            required
          />
          <SubmitButton look="secondary">Send the file</SubmitButton>
        </ActionForm>
      ) : null}
    </div>
  );
}
