import type { ReactNode } from "react";

/** Labels and values under each other; what has no value is left out. */
export function FactList({ facts }: { facts: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    <dl className="mb-8 grid grid-cols-1 gap-x-6 gap-y-1.5 sm:grid-cols-[auto_1fr]">
      {facts
        .filter(([, value]) => value !== null)
        .map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-sm text-muted sm:text-base">{label}</dt>
            <dd className="tabular min-w-0 pb-2 [overflow-wrap:anywhere] sm:pb-0">{value}</dd>
          </div>
        ))}
    </dl>
  );
}
