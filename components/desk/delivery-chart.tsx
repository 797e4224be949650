import { summaryClass } from "@/components/ui/summary";
import { Table } from "@/components/ui/table";
import type { DeliveryCurve } from "@/lib/notices/delivery-curve";

const [width, height] = [1000, 240];
const lines = [
  { key: "sent", label: "Handed over", stroke: "stroke-accent", dash: undefined },
  { key: "delivered", label: "Delivered", stroke: "stroke-ok", dash: "8 5" },
  { key: "back", label: "Came back", stroke: "stroke-bad", dash: "2 4" },
] as const;

/**
 * How a delivery went over time, drawn on the server: running totals as steps, told apart by dash as well as colour. The
 * same numbers stand in a table under it.
 */
export function DeliveryChart({ curve, owed }: { curve: DeliveryCurve; owed: number }) {
  const { points, stepSeconds } = curve;
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return null;
  const from = Date.parse(first.at) - stepSeconds * 1000;
  const span = Math.max(1, Date.parse(last.at) - from);
  const top = Math.max(1, owed);
  const x = (at: string) => ((Date.parse(at) - from) / span) * width;
  const y = (count: number) => height - (count / top) * (height - 4);
  const path = (key: (typeof lines)[number]["key"]) =>
    points.reduce((d, point) => `${d} H${x(point.at).toFixed(1)} V${y(point[key]).toFixed(1)}`, `M0 ${height}`);
  return (
    <figure className="space-y-2">
      <div className="flex justify-between text-sm text-muted">
        <span>{owed.toLocaleString("en-GB")} owed</span>
        <ul className="flex flex-wrap justify-end gap-x-4">
          {lines.map(({ key, label, stroke, dash }) => (
            <li key={key} className="flex items-center gap-1.5">
              <svg viewBox="0 0 24 4" aria-hidden="true" className="h-1 w-6">
                <path d="M0 2H24" className={stroke} strokeWidth="3" strokeDasharray={dash} fill="none" />
              </svg>
              {label}
            </li>
          ))}
        </ul>
      </div>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        className="h-48 w-full border-b border-l border-strong-line"
      >
        <path d={`M0 2H${width} M0 ${height / 2}H${width}`} className="stroke-line" vectorEffect="non-scaling-stroke" />
        {lines.map(({ key, stroke, dash }) => (
          <path
            key={key}
            d={path(key)}
            fill="none"
            className={stroke}
            strokeWidth="2"
            strokeDasharray={dash}
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      <div className="flex justify-between gap-4 text-sm text-muted">
        <span>{clock(new Date(from).toISOString())} UTC</span>
        <span className="text-right">{clock(last.at)} UTC</span>
      </div>
      <figcaption className="sr-only">Mails handed over, delivered and come back, over time</figcaption>
      <details>
        <summary className={summaryClass}>The numbers as a table</summary>
        <div className="mt-3">
          <Table
            caption="Running totals of the delivery"
            rows={points}
            rowKey={(point) => point.at}
            columns={[
              { key: "at", head: "Until (UTC)", cell: (point) => clock(point.at) },
              ...lines.map(({ key, label }) => ({
                key,
                head: label,
                cell: (point: (typeof points)[number]) => point[key].toLocaleString("en-GB"),
                numeric: true,
              })),
            ]}
          />
        </div>
      </details>
    </figure>
  );
}

const clock = (at: string) => (
  <time dateTime={at}>
    {new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" }).format(
      new Date(at),
    )}
  </time>
);
