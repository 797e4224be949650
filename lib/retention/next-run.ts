/** The next time of a cron expression in UTC, after `now`; null when it names none within a week. */
export function nextRun(cron: string, now: Temporal.Instant): Temporal.Instant | null {
  const [minute = "*", hour = "*", day = "*", month = "*", weekday = "*"] = cron.trim().split(/\s+/);
  let at = now.toZonedDateTimeISO("UTC").round({ smallestUnit: "minute", roundingMode: "floor" }).add({ minutes: 1 });
  for (let tried = 0; tried < 8 * 24 * 60; tried++, at = at.add({ minutes: 1 })) {
    const fits =
      isIn(minute, at.minute) &&
      isIn(hour, at.hour) &&
      isIn(day, at.day) &&
      isIn(month, at.month) &&
      (isIn(weekday, at.dayOfWeek) || isIn(weekday, at.dayOfWeek % 7));
    if (fits) return at.toInstant();
  }
  return null;
}

/** Whether a field, such as `5`, `1-5`, `1,15` or `0-59/10`, names a number. */
const isIn = (field: string, value: number): boolean =>
  field.split(",").some((part) => {
    const [range = "*", step = "1"] = part.split("/");
    const [from = "0", till = part.includes("/") ? "59" : from] = range === "*" ? ["0", "59"] : range.split("-");
    return value >= Number(from) && value <= Number(till) && (value - Number(from)) % Number(step) === 0;
  });
