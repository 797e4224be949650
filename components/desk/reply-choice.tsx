import { buttonClass } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import type { SavedReply } from "@/lib/replies/queries";
import { checkWords } from "./reply-check";

/** Puts a saved reply into the field below: a plain form with an address, so that it works without scripts. */
export function ReplyChoice({
  caseId,
  replies,
  chosen,
}: {
  caseId: string;
  replies: SavedReply[];
  chosen: SavedReply | null;
}) {
  if (replies.length === 0) return null;
  return (
    <div className="mb-6 space-y-3">
      <form action={`/admin/cases/${caseId}#reply`} className="flex flex-wrap items-end gap-3">
        <label className="min-w-0 space-y-1 text-sm">
          <span className="block text-muted">Saved reply</span>
          <select
            name="saved"
            defaultValue={chosen?.replyId ?? ""}
            key={chosen?.replyId ?? ""}
            className="min-h-10 max-w-full rounded-md border border-strong-line bg-raised px-2 text-ink"
          >
            <option value="">None</option>
            {replies.map(({ replyId, title, check }) => (
              <option key={replyId} value={replyId}>
                {title}
                {check.length > 0 ? " (check)" : ""}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" className={buttonClass("secondary")}>
          Put it in
        </button>
      </form>
      {chosen && chosen.check.length > 0 ? (
        <Callout look="warn" title="Check before you send it">
          <ul>
            {chosen.check.map((change) => (
              <li key={change.id}>{checkWords(change)}</li>
            ))}
          </ul>
        </Callout>
      ) : null}
    </div>
  );
}
