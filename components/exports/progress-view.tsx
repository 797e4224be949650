import { Check } from "lucide-react";
import type { PackageProgress } from "@/lib/exports/queries";
import { sizeInWords } from "@/lib/exports/size";

const count = new Intl.NumberFormat("en");

/** How far it is: collections done of all, rows, bytes, and each collection. */
export function ProgressView({ progress }: { progress: PackageProgress }) {
  const { total, done, rows, rowsExpected, bytes, collections } = progress;
  if (total === 0) return <p className="text-muted">Waiting for its turn. It begins within seconds as a rule.</p>;
  const share = rowsExpected ? Math.min(100, Math.floor((rows / rowsExpected) * 100)) : 0;
  return (
    <div className="space-y-4">
      <div className="space-y-2">
        <p className="tabular text-lg font-medium">
          {done} of {total} collections
        </p>
        <progress
          aria-label="Rows written"
          className="block h-2 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
          max={Math.max(rowsExpected ?? 0, rows, 1)}
          value={rows}
        >
          {share} %
        </progress>
        <p className="tabular text-muted">
          {count.format(rows)}
          {rowsExpected === null ? "" : ` of about ${count.format(Math.max(rowsExpected, rows))}`} rows,{" "}
          {sizeInWords(bytes)} read
        </p>
      </div>
      <ol className="grid gap-x-8 border-t border-line sm:grid-cols-2">
        {collections.map((one) => (
          <li
            key={`${one.system}.${one.name}`}
            className="flex items-baseline gap-2 border-b border-line py-1.5 text-sm"
          >
            <span className="w-4 shrink-0 self-center text-ok">
              {one.done ? <Check aria-hidden size={16} /> : null}
            </span>
            <span className={one.done || one.rows > 0 ? "grow" : "grow text-muted"}>
              {one.label}
              <span className="sr-only">{one.done ? ", done" : one.bytes > 0 ? ", being written" : ", not begun"}</span>
            </span>
            <span className="tabular text-muted">{one.bytes > 0 || one.done ? count.format(one.rows) : ""}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
