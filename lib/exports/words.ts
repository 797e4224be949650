/** "27 November 2026 at 14:05 CET", for mails. */
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
