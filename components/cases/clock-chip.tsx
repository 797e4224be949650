import { AlarmClock, AlarmClockOff, CircleCheck, CirclePause } from "lucide-react";
import { formatInstant } from "@/components/ui/time";
import type { ClockView } from "@/lib/cases/case-view";
import { clockWords } from "@/lib/cases/clocks";

/** "31 hours left", "40 minutes left", "5 hours late"; days from four days on. */
export function leftInWords(hours: number): string {
  const size = Math.abs(hours);
  const amount =
    size < 1
      ? ([Math.floor(size * 60), "minute"] as const)
      : size < 96
        ? ([Math.floor(size), "hour"] as const)
        : ([Math.floor(size / 24), "day"] as const);
  return `${amount[0]} ${amount[1]}${amount[0] === 1 ? "" : "s"} ${hours < 0 ? "late" : "left"}`;
}

const looks = {
  late: { icon: AlarmClockOff, className: "border-bad bg-bad-soft text-bad" },
  soon: { icon: AlarmClock, className: "border-warn bg-warn-soft text-warn" },
  calm: { icon: AlarmClock, className: "border-line bg-raised text-ink" },
  paused: { icon: CirclePause, className: "border-line bg-raised text-muted" },
  kept: { icon: CircleCheck, className: "border-line bg-raised text-muted" },
  missed: { icon: AlarmClockOff, className: "border-line bg-raised text-muted" },
};

/** One deadline: how long is left, with the rule and the exact time behind it. */
export function ClockChip({ clock, zone = "UTC" }: { clock: ClockView; zone?: string }) {
  const { hoursLeft: hours, stoppedAt, pausedSince, rule, dueAt } = clock;
  const look = pausedSince
    ? "paused"
    : stoppedAt
      ? hours >= 0
        ? "kept"
        : "missed"
      : hours < 0
        ? "late"
        : hours < 24
          ? "soon"
          : "calm";
  const { icon: Icon, className } = looks[look];
  const words = pausedSince ? "Paused" : stoppedAt ? (hours >= 0 ? "Kept" : "Missed") : leftInWords(hours);
  return (
    <span
      title={`${clockWords[rule].name}: ${clockWords[rule].asks}. ${
        pausedSince ? "Paused until it is clear who asks." : `Due ${formatInstant(dueAt, zone, true)}.`
      }`}
      className={`tabular inline-flex items-center gap-1.5 whitespace-nowrap rounded-full border px-2.5 py-0.5 text-sm font-medium ${className}`}
    >
      <Icon aria-hidden size={14} strokeWidth={2.25} />
      <time dateTime={dueAt}>{words}</time>
    </span>
  );
}

/** Every deadline of a case, the rules spelt out. */
export function ClockList({ clocks, zone = "UTC" }: { clocks: ClockView[]; zone?: string }) {
  return (
    <ul className="space-y-3">
      {clocks.map((clock) => (
        <li key={`${clock.rule} ${clock.startedAt}`} className="space-y-1">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="font-medium">{clockWords[clock.rule].name}</span>
            <ClockChip clock={clock} zone={zone} />
          </div>
          <p className="text-sm text-muted">
            {clockWords[clock.rule].asks};{" "}
            {clock.pausedSince
              ? `paused since ${formatInstant(clock.pausedSince, zone, true)}, until it is clear who asks. The date then moves by as many whole days`
              : `due ${formatInstant(clock.dueAt, zone, true)}`}
            {clock.extendedAt ? `. Extended on ${formatInstant(clock.extendedAt, zone)}, with reasons sent` : ""}
          </p>
        </li>
      ))}
    </ul>
  );
}
