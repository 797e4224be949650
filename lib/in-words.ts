/** "27 November 2026 at 14:05 CET": what mails and sentences say; pages use components/ui/time. */
export function inWords(at: Temporal.Instant, zone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
    timeZoneName: "short",
  }).format(at.epochMilliseconds);
}

/** "27 November 2026". */
export const dayInWords = (at: Temporal.Instant, zone: string): string =>
  new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: zone }).format(at.epochMilliseconds);

const units = [
  ["years", "year"],
  ["months", "month"],
  ["weeks", "week"],
  ["days", "day"],
  ["hours", "hour"],
] as const;
const list = new Intl.ListFormat("en-GB");

/** "a, b and c". */
export const listInWords = (parts: readonly string[]): string => list.format(parts);

/**
 * An ISO 8601 duration in words: "P90D" is "90 days", "PT72H" is "72 hours", "P1Y6M" is "1 year and 6 months".
 * @throws RangeError when it is no duration
 */
export function periodInWords(period: string): string {
  const duration = Temporal.Duration.from(period);
  const parts = units
    .filter(([unit]) => duration[unit] !== 0)
    .map(([unit, one]) => `${duration[unit]} ${duration[unit] === 1 ? one : unit}`);
  return list.format(parts);
}
