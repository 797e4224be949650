import { summaryClass } from "@/components/ui/summary";
import { Table } from "@/components/ui/table";

const [width, height, gap] = [1000, 120, 6];

/** In words: "over its time", "oldest tenth of the time" and so on to the newest. */
function stepName(step: number, steps: number, unit: string): string {
  if (step === 0) return "over the time";
  const part = (at: number) => `${Math.round((100 * at) / steps)}%`;
  return `${part(steps - step)} to ${part(steps - step + 1)} of the ${unit}`;
}

/**
 * How old what is kept is, from what is due on the left to the newest on the right, drawn on the server; the same numbers stand in
 * a table under it.
 * @param ages rows by age: overdue first, then equal parts of the period
 */
export function AgeChart({
  ages,
  label,
  unit = "period",
  sampled,
}: {
  ages: number[];
  label: string;
  unit?: string;
  sampled: boolean;
}) {
  const top = Math.max(1, ...ages);
  const wide = width / ages.length;
  const rows = ages.map((count, step) => ({ step, count }));
  const about = sampled ? "about " : "";
  return (
    <figure className="space-y-2">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        className="h-24 w-full border-b border-strong-line"
      >
        {rows.map(({ step, count }) => {
          const high = count === 0 ? 0 : Math.max(2, (count / top) * (height - 4));
          return (
            <rect
              key={step}
              x={step * wide + gap / 2}
              y={height - high}
              width={wide - gap}
              height={high}
              className={step === 0 ? "fill-bad" : "fill-accent"}
            />
          );
        })}
        <path
          d={`M${wide} 0V${height}`}
          className="stroke-bad"
          strokeWidth="2"
          strokeDasharray="4 4"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <figcaption className="flex justify-between gap-4 text-sm text-muted">
        <span>Due, then the oldest</span>
        <span>the newest</span>
      </figcaption>
      <details className="text-sm">
        <summary className={summaryClass}>The numbers</summary>
        <Table
          caption={`${label}, by age`}
          rows={rows}
          rowKey={({ step }) => String(step)}
          columns={[
            { key: "age", head: "Age", cell: ({ step }) => stepName(step, ages.length - 1, unit) },
            {
              key: "rows",
              head: "Records",
              cell: ({ count }) => `${about}${count.toLocaleString("en-GB")}`,
              numeric: true,
            },
          ]}
        />
      </details>
    </figure>
  );
}
