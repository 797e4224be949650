import { memo } from "react";
import { ChangesView } from "@/components/policy/changes-view";
import { countsInWords } from "@/components/policy/counts";
import { PolicyText } from "@/components/policy/policy-text";
import type { DraftLook } from "@/lib/policy/look-at-draft";
import type { Standings } from "@/lib/policy/standing";

/** The text as its page would show it, promises included, or what it changes against the version in force. */
export const DraftPreview = memo(function DraftPreview({
  look,
  show,
  standings,
}: {
  look: DraftLook;
  show: "text" | "changes";
  standings: Standings;
}) {
  const { policy, changes } = look;
  const title = show === "text" ? "As readers will see it" : "What changes";
  return (
    <section
      aria-label={title}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
      className="rounded-md border border-line p-4 sm:p-6 xl:max-h-[80vh] xl:overflow-y-auto"
    >
      <h3 className="mb-4 text-sm font-semibold text-muted">
        {title}
        {show === "changes" && changes ? ` against version ${changes.before}, which is in force` : ""}
      </h3>
      {policy === null ? (
        <p>It can be shown once the problems above are put right.</p>
      ) : show === "text" ? (
        <PolicyText policy={policy} standings={standings} />
      ) : changes ? (
        <>
          <p className="mb-4">{countsInWords(changes.counts)}</p>
          <ChangesView layout={changes.layout} />
        </>
      ) : (
        <p>There is no version in force to compare it with.</p>
      )}
    </section>
  );
});
