import {
  ArrowDownToLine,
  ArrowUpToLine,
  CircleMinus,
  CirclePlus,
  Database,
  type LucideIcon,
  Mail,
  Pencil,
  Target,
  Users,
} from "lucide-react";
import Link from "next/link";
import type { Highlight } from "@/lib/policy/queries";
import { highlightKindWords, severityWords } from "./highlight-words";
import { OldAndNew } from "./old-and-new";

const icons: Record<Highlight["kind"], LucideIcon> = {
  "new-data": Database,
  "new-purpose": Target,
  "new-recipient": Users,
  "retention-longer": ArrowUpToLine,
  "retention-shorter": ArrowDownToLine,
  "right-added": CirclePlus,
  "right-narrowed": CircleMinus,
  contact: Mail,
  wording: Pencil,
};

/**
 * One significant change: its kind and how much it matters, what it means for the reader, the old and the new value
 * side by side. For somebody signed in, what is held of them that it is about.
 */
export function HighlightCard({
  highlight,
  changesHref,
  affects,
}: {
  highlight: Highlight;
  changesHref: string;
  /** What is held of the reader that the change is about, in words. */
  affects?: string | undefined;
}) {
  const [word, Icon] = [highlightKindWords[highlight.kind], icons[highlight.kind]];
  const { oldText, newText, clauseId, sentence, severity } = highlight;
  return (
    <li className="border-b border-line py-8">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm font-semibold text-muted">
        <span className="inline-flex items-center gap-2">
          <Icon aria-hidden size={16} /> {word}
        </span>
        <span className={severity === "high" ? "text-ink" : "font-normal"}>{severityWords[severity]}</span>
      </p>
      <p className="mt-1 max-w-[62ch] text-lg">{sentence}</p>
      <OldAndNew oldText={oldText} newText={newText} />
      {affects ? (
        <p className="mt-3 max-w-[62ch]">
          <span className="font-medium">Affects you:</span> {affects}
        </p>
      ) : null}
      <p className="mt-3">
        <Link href={`${changesHref}#${clauseId}`} prefetch={false} className="link">
          See the change in the text <span className="sr-only">({word})</span>
        </Link>
      </p>
    </li>
  );
}
