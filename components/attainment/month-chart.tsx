import { summaryClass } from "@/components/ui/summary";
import { Table } from "@/components/ui/table";
import type { Attainment } from "@/lib/attainment/queries";
import { figureColumns } from "./figure-columns";
import { monthWords } from "./figure-words";

const [width, height, gap] = [1000, 120, 8];

/**
 * Which part of each month's replies came in time, drawn on the server from the oldest month to the newest; the same numbers stand
 * in a table under it. A month that is too small to be shown has an outline alone.
 */
export function MonthChart({ months, atLeast }: { months: Attainment["months"]; atLeast: number }) {
  const wide = width / Math.max(1, months.length);
  return (
    <figure className="space-y-2">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        className="h-24 w-full border-b border-strong-line"
      >
        {months.map(({ month, replyInTime }, at) => {
          const x = at * wide + gap / 2;
          const high = replyInTime === null ? 0 : replyInTime * (height - 2);
          return replyInTime === null ? (
            <rect
              key={month}
              x={x}
              y={1}
              width={wide - gap}
              height={height - 2}
              className="fill-none stroke-line"
              strokeDasharray="4 4"
              vectorEffect="non-scaling-stroke"
            />
          ) : (
            <g key={month}>
              <rect x={x} y={2} width={wide - gap} height={height - 2 - high} className="fill-bad" />
              <rect x={x} y={height - high} width={wide - gap} height={high} className="fill-accent" />
            </g>
          );
        })}
      </svg>
      <figcaption className="flex justify-between gap-4 text-sm text-muted">
        <span>{monthWords(months[0]?.month ?? "")}</span>
        <span>{monthWords(months.at(-1)?.month ?? "")}</span>
      </figcaption>
      <p className="text-sm text-muted">
        Filled: answered in time. Above it, where there is any: late. Outlined: too few to be shown.
      </p>
      <details className="text-sm">
        <summary className={summaryClass}>The numbers</summary>
        <Table
          caption="How requests were answered, by the month in which they were received"
          rows={months}
          rowKey={({ month }) => month}
          columns={[
            { key: "month", head: "Received in", cell: ({ month }) => monthWords(month) },
            ...figureColumns<Attainment["months"][number]>(atLeast),
          ]}
        />
      </details>
    </figure>
  );
}
