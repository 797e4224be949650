import { CircleSlash, Clock, Hourglass, TriangleAlert } from "lucide-react";
import { formatInstant } from "@/components/ui/time";

type Look = { icon: typeof Clock; className: string };

const looks = {
  late: { icon: TriangleAlert, className: "border-bad bg-bad-soft text-bad" },
  soon: { icon: Hourglass, className: "border-warn bg-warn-soft text-warn" },
  calm: { icon: Clock, className: "border-line text-ink" },
  none: { icon: CircleSlash, className: "border-line text-muted" },
} satisfies Record<string, Look>;

/**
 * Hours of a deadline in whole hours, always rounded against us: 5.9 left are 5, 0.2 past are 1. Past
 * four days it counts days beside them, since nobody reads 700 hours.
 * @param hours left until the deadline; negative since it
 */
export function clockText(hours: number): string {
  if (hours < 0) {
    const late = Math.ceil(-hours);
    return late > 96 ? `Late by ${Math.ceil(late / 24)} days` : `Late by ${late} h`;
  }
  const left = Math.floor(hours);
  if (left < 1) return "Under 1 h left";
  return left > 96 ? `${left} h left, ${Math.floor(left / 24)} days` : `${left} h left`;
}

const lookOf = (hours: number) => (hours < 0 ? looks.late : hours < 24 ? looks.soon : looks.calm);

/** One deadline in hours. Red and amber never stand without an icon and a word. */
export function ClockChip({ dueAt, now, zone = "UTC" }: { dueAt: string | null; now: string; zone?: string }) {
  const hours = dueAt ? (Date.parse(dueAt) - Date.parse(now)) / 3_600_000 : 0;
  const { icon: Icon, className } = dueAt ? lookOf(hours) : looks.none;
  return (
    <span
      className={`tabular inline-flex items-center gap-1.5 whitespace-nowrap rounded-full border px-2.5 py-0.5 text-sm font-medium ${className}`}
    >
      <Icon aria-hidden size={14} strokeWidth={2.25} />
      {dueAt ? (
        <time dateTime={dueAt} title={formatInstant(dueAt, zone, true)}>
          {clockText(hours)}
        </time>
      ) : (
        "No clock runs"
      )}
    </span>
  );
}
