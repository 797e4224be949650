import type { ErasureView } from "@/lib/cases/erasure-view";
import { fateWords } from "./erasure-result";

/** What becomes of the records of each collection, a line each. */
export function FateList({ items }: { items: ErasureView["items"] }) {
  if (items.length === 0) return null;
  return (
    <ul className="divide-y divide-line border-y border-line">
      {items.map((item) => (
        <li key={item.collection} className="grid grid-cols-[1fr_auto] gap-x-6 py-2">
          <span>{item.label}</span>
          <span className="tabular text-right">{fateWords(item)}</span>
        </li>
      ))}
    </ul>
  );
}
