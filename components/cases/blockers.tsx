import { Callout } from "@/components/ui/callout";
import type { DeletionPreview } from "@/lib/cases/preview-deletion";
import { listInWords } from "@/lib/in-words";
import { config } from "@/trust-center.config";

/**
 * What has to be settled before the deletion can begin, and how.
 * @param canAsk whether it can be asked for all the same
 * @param isAsked whether it was asked for already
 */
export function Blockers({
  preview,
  canAsk = true,
  isAsked = false,
}: {
  preview: DeletionPreview;
  canAsk?: boolean;
  isAsked?: boolean;
}) {
  const { productName } = config.company;
  const said = preview.blockers.map((blocker) => {
    if (blocker === "sole-owner")
      return `You are the only owner of a company account that other people work in. Name another owner in ${productName}, or delete the whole company account instead.`;
    if (blocker === "not-owner")
      return `You do not own this company account any more. Ask whoever owns it now in ${productName}.`;
    const open = (preview.open ?? []).map(({ label, rows }) => `${rows.toLocaleString("en")} under ${label}`);
    return `Something is still open: ${listInWords(open)}. Settle it in ${productName}, such as by paying what is due.`;
  });
  if (said.length === 0) return null;
  return (
    <div className="mb-8">
      <Callout look="warn" title={canAsk ? "To settle before it can begin" : "This cannot be asked for from here"}>
        {said.map((sentence) => (
          <p key={sentence} className="max-w-[70ch]">
            {sentence}
          </p>
        ))}
        {canAsk ? (
          <p className="max-w-[70ch]">
            {isAsked ? null : "You can ask for the deletion all the same. "}After the waiting time we look every hour
            whether this is settled, and begin when it is.
          </p>
        ) : null}
      </Callout>
    </div>
  );
}
