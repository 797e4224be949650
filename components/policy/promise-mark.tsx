import { CircleAlert, CircleCheck, CircleDashed, X } from "lucide-react";
import type { ReactNode } from "react";
import { formatInstant } from "@/components/ui/time";
import { type PromiseId, promises } from "@/lib/policy/promises";
import type { Standing } from "@/lib/policy/standing";

export const standingLooks = {
  kept: { icon: CircleCheck, word: "Kept", className: "text-ok" },
  broken: { icon: CircleAlert, word: "Not kept", className: "text-bad" },
  "not-measured": { icon: CircleDashed, word: "Not measured yet", className: "text-muted" },
};

/** Where a promise's figures stand in full. */
const pages: Partial<Record<PromiseId, { href: string; says: string }>> = {
  "contact.reply": { href: "/privacy/attainment", says: "How requests and questions were answered" },
  "share.legal": { href: "/privacy/disclosures", says: "How often authorities asked, and what became of it" },
  "share.transfer": { href: "/privacy/business-transfers", says: "The transfers that were announced" },
};

function moreOf(id: PromiseId): { href: string; says: string } | undefined {
  if (id.startsWith("retain.")) return { href: "/privacy/retention", says: "Every period, and whether it was kept" };
  return id.startsWith("right.") ? pages["contact.reply"] : pages[id];
}

/**
 * A promise in the text with its quiet mark. The mark opens what keeps the promise and the last evidence:
 * the browser's own popover, so that it works without JavaScript.
 */
export function PromiseMark({ standing, children }: { standing: Standing; children: ReactNode }) {
  const { icon: Icon, word, className } = standingLooks[standing.state];
  const { label } = promises[standing.id];
  const more = moreOf(standing.id);
  const id = `promise-${standing.id.replace(".", "-")}`;
  return (
    <>
      <span className="promise" data-promise={standing.id}>
        {children}
      </span>
      <button type="button" popoverTarget={id} className={`promise-mark no-print ${className}`}>
        <Icon aria-hidden size={15} />
        <span className="sr-only">{`How this promise is kept: ${label}. ${word}.`}</span>
      </button>
      <span id={id} popover="auto" className="promise-card">
        <span className="flex items-start justify-between gap-4">
          <span className="font-semibold text-ink">{label}</span>
          <button type="button" popoverTarget={id} popoverTargetAction="hide" className="promise-close">
            <X aria-hidden size={16} />
            <span className="sr-only">Close</span>
          </button>
        </span>
        <span className={`mt-1 flex items-center gap-1.5 font-medium ${className}`}>
          <Icon aria-hidden size={15} /> {word}
        </span>
        <span className="mt-3 block text-muted">What keeps it</span>
        <span className="block">{standing.control}</span>
        <span className="mt-3 block text-muted">Last evidence</span>
        {standing.at ? (
          <span className="block">
            {standing.evidence} <time dateTime={standing.at}>{formatInstant(standing.at, "UTC", true)}</time>
          </span>
        ) : (
          <span className="block">None yet. This promise has a rule, not a measurement.</span>
        )}
        {more ? (
          <a href={more.href} className="link mt-3 block">
            {more.says}
          </a>
        ) : null}
      </span>
    </>
  );
}
