/**
 * The first instant at which the calendar and the clock of `zone` have gone on by `period` since `since`. A day that there is not,
 * such as 29 February a year later, is reached when the month is over, and an hour that is skipped when the clock has passed it;
 * in an hour that a clock shows twice everything counts from its end. So a row never goes before an older one, and never
 * early (Regulation 1182/71, Art. 3: a period ends with the last hour of its last day).
 * @param period an ISO 8601 duration
 */
export function dueAt(since: Temporal.Instant, period: string, zone: string): Temporal.Instant {
  const { years, months, weeks, days, ...time } = partsOf(period);
  const start = wallClock(since, zone);
  const day = start.toPlainDate();
  const date = { years, months, weeks, days };
  const ends = day.add(date);
  const exists = day.add({ years, months }).day === day.day;
  const wall = exists ? ends.toPlainDateTime(start.toPlainTime()) : ends.add({ days: 1 }).toPlainDateTime();
  return whenShown(wall, zone).add(time);
}

/**
 * The latest instant whose rows are due at `now`: a row is due exactly when its instant is not after it. To the microsecond, which
 * is what Postgres keeps.
 */
export function cutoffOf(now: Temporal.Instant, period: string, zone: string): Temporal.Instant {
  const isDue = (micros: bigint) => Temporal.Instant.compare(dueAt(fromMicros(micros), period, zone), now) <= 0;
  const { years, months, weeks, days, ...time } = partsOf(period);
  const near = now.subtract(time).toZonedDateTimeISO(zone).subtract({ years, months, weeks, days });
  // Whatever clamps and clocks do, they do it within days.
  let due = toMicros(near.subtract({ days: 5 }).toInstant());
  let open = toMicros(now) + 1n;
  while (open - due > 1n) {
    const middle = (open + due) / 2n;
    if (isDue(middle)) due = middle;
    else open = middle;
  }
  return fromMicros(due);
}

/** From when a calendar day counts: from its end, so that nothing of it goes early. */
export const endOfDay = (day: Temporal.PlainDate, zone: string): Temporal.Instant =>
  day.add({ days: 1 }).toZonedDateTime(zone).toInstant();

/** The first day that is not due yet at a cutoff, counted by {@link endOfDay}. */
export const firstKeptDay = (cutoff: Temporal.Instant, zone: string): Temporal.PlainDate =>
  cutoff.toZonedDateTimeISO(zone).toPlainDate();

const toMicros = (at: Temporal.Instant): bigint => at.epochNanoseconds / 1000n;
const fromMicros = (micros: bigint): Temporal.Instant => Temporal.Instant.fromEpochNanoseconds(micros * 1000n);

function partsOf(period: string) {
  const { years, months, weeks, days, hours, minutes, seconds } = Temporal.Duration.from(period);
  return { years, months, weeks, days, hours, minutes, seconds };
}

/** What the clock showed, but never less than it showed before. */
function wallClock(at: Temporal.Instant, zone: string): Temporal.PlainDateTime {
  const zoned = at.toZonedDateTimeISO(zone);
  const change = at.add({ nanoseconds: 1 }).toZonedDateTimeISO(zone).getTimeZoneTransition("previous");
  if (!change) return zoned.toPlainDateTime();
  const highest = change.subtract({ nanoseconds: 1 }).toPlainDateTime().add({ nanoseconds: 1 });
  const shown = zoned.toPlainDateTime();
  return Temporal.PlainDateTime.compare(shown, highest) < 0 ? highest : shown;
}

/** When a clock first shows this time, or passes it. */
function whenShown(wall: Temporal.PlainDateTime, zone: string): Temporal.Instant {
  const zoned = wall.toZonedDateTime(zone, { disambiguation: "earlier" });
  if (zoned.toPlainDateTime().equals(wall)) return zoned.toInstant();
  return (zoned.getTimeZoneTransition("next") ?? zoned).toInstant();
}
