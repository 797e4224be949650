import { config } from "../../trust-center.config";

/** The longest that staff put a case aside for, in hours. */
export const longestSnooze = 24 * 30;

/**
 * Until when a case can be put aside: as long as was asked for, but never past the margin before its earliest clock.
 * @returns null when that margin has begun, or the clock was missed
 */
export function snoozeUntil(
  hours: number,
  now: Temporal.Instant,
  nextDueAt: Temporal.Instant | null,
  marginHours: number = config.desk.snoozeMarginHours,
): Temporal.Instant | null {
  const asked = now.add({ hours });
  const latest = nextDueAt?.subtract({ hours: marginHours }) ?? asked;
  const until = Temporal.Instant.compare(asked, latest) < 0 ? asked : latest;
  return Temporal.Instant.compare(until, now) > 0 ? until : null;
}
