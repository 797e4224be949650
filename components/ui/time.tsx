/** An instant as people read it: day, and on demand the hour with its zone; the machine form beside it. */
export function Time({ at, zone = "UTC", withTime = false }: { at: string; zone?: string; withTime?: boolean }) {
  return <time dateTime={at}>{formatInstant(at, zone, withTime)}</time>;
}

/** @param at an ISO instant; @param zone an IANA zone */
export function formatInstant(at: string, zone = "UTC", withTime = false): string {
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: zone,
    ...(withTime ? { hour: "2-digit", minute: "2-digit", timeZoneName: "short" as const } : {}),
  }).format(new Date(at));
}

/** "in 31 hours", "3 hours ago"; days from two days on. */
export function formatDistance(at: string, now: string): string {
  const hours = (Date.parse(at) - Date.parse(now)) / 3_600_000;
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  if (Math.abs(hours) < 1) return words.format(Math.trunc(hours * 60), "minute");
  if (Math.abs(hours) < 48 * 1.5) return words.format(Math.trunc(hours), "hour");
  return words.format(Math.trunc(hours / 24), "day");
}
