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
import { highlightKindWords } from "./highlight-words";

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

/** One significant change: its kind, what it means for the reader, the old and the new value side by side. */
export function HighlightCard({ highlight, changesHref }: { highlight: Highlight; changesHref: string }) {
  const [word, Icon] = [highlightKindWords[highlight.kind], icons[highlight.kind]];
  const { oldText, newText, clauseId, sentence } = highlight;
  return (
    <li className="border-b border-line py-8">
      <p className="flex items-center gap-2 text-sm font-semibold text-muted">
        <Icon aria-hidden size={16} /> {word}
      </p>
      <p className="mt-1 max-w-[62ch] text-lg">{sentence}</p>
      {oldText || newText ? (
        <dl className="mt-4 grid max-w-3xl gap-4 sm:grid-cols-2">
          <div className="rounded-md border border-line px-4 py-3">
            <dt className="text-sm text-muted">Until then</dt>
            <dd className="mt-0.5">{oldText ?? "nothing"}</dd>
          </div>
          <div className="rounded-md border border-strong-line bg-raised px-4 py-3">
            <dt className="text-sm text-muted">From then on</dt>
            <dd className="mt-0.5">{newText ?? "nothing"}</dd>
          </div>
        </dl>
      ) : null}
      <p className="mt-3">
        <Link href={`${changesHref}#${clauseId}`} prefetch={false} className="link">
          See the change in the text <span className="sr-only">({word})</span>
        </Link>
      </p>
    </li>
  );
}
