import { ChevronDown } from "lucide-react";
import type { HeldGroup } from "@/lib/cases/held";

/** Counts by the policy's categories; the collections behind each count open without JavaScript. */
export function HeldTable({ groups }: { groups: HeldGroup[] }) {
  return (
    <ul className="divide-y divide-line border-y border-line">
      {groups.map(({ category, label, what, rows, collections }) => (
        <li key={category}>
          {collections.length > 0 ? (
            <details className="group">
              <summary className="grid cursor-pointer grid-cols-[1fr_auto_1rem] items-center gap-x-3 py-3 hover:bg-sunken">
                <Line label={label} what={what} rows={rows} />
                <ChevronDown aria-hidden size={16} className="text-muted group-open:rotate-180" />
              </summary>
              <ul className="mr-7 mb-3 space-y-1 border-l border-line pl-4 text-sm">
                {collections.map((one) => (
                  <li key={one.label} className="flex justify-between gap-6">
                    <span>{one.label}</span>
                    <span className="tabular">{one.rows.toLocaleString("en")}</span>
                  </li>
                ))}
              </ul>
            </details>
          ) : (
            <div className="grid grid-cols-[1fr_auto_1rem] items-center gap-x-3 py-3 text-muted">
              <Line label={label} what={what} rows={0} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The same lines while they are being counted. */
export function HeldWaiting({ groups }: { groups: Pick<HeldGroup, "category" | "label" | "what">[] }) {
  return (
    <ul aria-busy className="divide-y divide-line border-y border-line">
      {groups.map(({ category, label, what }) => (
        <li key={category} className="grid grid-cols-[1fr_auto_1rem] items-center gap-x-3 py-3 text-muted">
          <span>
            <span className="font-medium">{label}</span> <span className="text-sm">{what}</span>
          </span>
          <span
            aria-hidden
            className="needs-script h-4 w-12 animate-pulse rounded-sm bg-line motion-reduce:animate-none"
          />
        </li>
      ))}
    </ul>
  );
}

function Line({ label, what, rows }: { label: string; what: string; rows: number }) {
  return (
    <>
      <span>
        <span className={rows > 0 ? "font-medium" : ""}>{label}</span>{" "}
        <span className="text-sm text-muted">{what}</span>
      </span>
      <span className="tabular text-right">{rows === 0 ? "nothing" : rows.toLocaleString("en")}</span>
    </>
  );
}
