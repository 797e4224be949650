import { config } from "../../trust-center.config";
import {
  appealDue,
  type ClockRule,
  ccpaAnswerDue,
  ccpaConfirmDue,
  dayOf,
  endOnWorkingDay,
  type Holidays,
  policyDue,
} from "./clocks";

/** Why and how long a clock stood still; without `until` it still does. ISO instants. */
export type Pause = { from: string; until?: string; reason: PauseReason };
export const pauseReasons = ["identity"] as const;
export type PauseReason = (typeof pauseReasons)[number];

/** What became of a clock since it began. */
export type Course = { pauses: readonly Pause[]; extended: boolean };

export const openPause = (pauses: readonly Pause[]): Pause | null =>
  pauses.find(({ until }) => until === undefined) ?? null;

/** Exact time that ended pauses took, each moment once; nothing before the clock began. */
export function pausedFor(startedAt: Temporal.Instant, pauses: readonly Pause[]): Temporal.Duration {
  const spans = pauses
    .flatMap(({ from, until }) =>
      until === undefined ? [] : [[Temporal.Instant.from(from), Temporal.Instant.from(until)] as const],
    )
    .toSorted(([a], [b]) => Temporal.Instant.compare(a, b));
  let [reached, nanoseconds] = [startedAt, 0n];
  for (const [from, until] of spans) {
    const begin = Temporal.Instant.compare(from, reached) > 0 ? from : reached;
    if (Temporal.Instant.compare(until, begin) <= 0) continue;
    nanoseconds += until.epochNanoseconds - begin.epochNanoseconds;
    reached = until;
  }
  return Temporal.Duration.from({
    seconds: Number(nanoseconds / 1_000_000_000n),
    nanoseconds: Number(nanoseconds % 1_000_000_000n),
  });
}

/**
 * When a clock is due after what became of it (L1). `gdpr-1m`: the day of the same number one month on, or three when it was
 * extended (GDPR 12(3)); later by the whole days in all that it stood still for proof of identity asked for promptly (EDPB
 * Guidelines 01/2022, 157), so that it never gains more than was waited; and from there to the next working day, as at the
 * beginning. `ccpa-45d`: 45 days, or 90 when it was
 * extended; nothing pauses it, nor the ten days and the policy's promise (CCPR 7021).
 */
export function courseDue(
  rule: ClockRule,
  startedAt: Temporal.Instant,
  { pauses, extended }: Course,
  zone: string = config.clocks.zone,
  holidays: Holidays = new Set(config.clocks.holidays),
): Temporal.Instant {
  switch (rule) {
    case "policy-72h":
      return policyDue(startedAt);
    case "appeal-1m":
      return appealDue(startedAt, zone, holidays);
    case "ccpa-10bd":
      return ccpaConfirmDue(startedAt, zone, holidays);
    case "ccpa-45d":
      return ccpaAnswerDue(startedAt, zone, extended ? 90 : 45);
    case "gdpr-1m": {
      const month = dayOf(startedAt, zone).add({ months: extended ? 3 : 1 }, { overflow: "constrain" });
      const waited = Math.floor(pausedFor(startedAt, pauses).total("hours") / 24);
      return endOnWorkingDay(month.add({ days: waited }), zone, holidays);
    }
  }
}

/** Only the month of the GDPR stands still, and only when what is missing was asked for as promptly as a reply is promised. */
export function mayPause(
  rule: ClockRule,
  at: { startedAt: Temporal.Instant; askedAt: Temporal.Instant; pauses: readonly Pause[] },
): boolean {
  if (rule !== "gdpr-1m" || openPause(at.pauses)) return false;
  return Temporal.Instant.compare(at.askedAt, policyDue(at.startedAt)) <= 0;
}

/** Once, and with notice inside the first period: by two months (GDPR 12(3)) or 45 days (CCPR 7021(b)). */
export function mayExtend(
  clock: { rule: ClockRule; startedAt: Temporal.Instant } & Course,
  now: Temporal.Instant,
  zone?: string,
  holidays?: Holidays,
): boolean {
  if (clock.extended || (clock.rule !== "gdpr-1m" && clock.rule !== "ccpa-45d")) return false;
  return Temporal.Instant.compare(now, courseDue(clock.rule, clock.startedAt, clock, zone, holidays)) <= 0;
}
