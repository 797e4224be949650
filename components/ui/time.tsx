/** An instant as people read it: day, and on demand the hour with its zone; the machine form beside it. */
export function Time({ at, zone = "UTC", withTime = false }: { at: string; zone?: string; withTime?: boolean }) {
  return <time dateTime={at}>{formatInstant(at, zone, withTime)}</time>;
}

/** Making a format takes far longer than using it, and a list has hundreds of times. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** @param at an ISO instant; @param zone an IANA zone */
export function formatInstant(at: string, zone = "UTC", withTime = false): string {
  const key = `${zone} ${withTime}`;
  const known = formats.get(key);
  if (known) return known.format(new Date(at));
  const made = new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: zone,
    ...(withTime ? { hour: "2-digit", minute: "2-digit", timeZoneName: "short" as const } : {}),
  });
  if (formats.size >= 100) formats.clear();
  formats.set(key, made);
  return made.format(new Date(at));
}

const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** "in 31 hours", "3 hours ago"; days from three days on, to the nearest: what ends in a week does so a second later, too. */
export function formatDistance(at: string, now: string): string {
  const hours = (Date.parse(at) - Date.parse(now)) / 3_600_000;
  if (Math.abs(hours) < 1) return words.format(Math.trunc(hours * 60), "minute");
  if (Math.abs(hours) < 72) return words.format(Math.trunc(hours), "hour");
  return words.format(Math.round(hours / 24), "day");
}
