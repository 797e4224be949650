/** A count, a share or hours as they are shown; where it is made of too few, that. */
export const few = (atLeast: number): string => `fewer than ${atLeast}`;

export const countWords = (count: number | null, atLeast: number): string =>
  count === null ? few(atLeast) : count.toLocaleString("en-GB");

export const shareWords = (share: number | null): string =>
  share === null ? "not shown" : `${Math.round(share * 100)}%`;

export function hoursWords(hours: number | null): string {
  if (hours === null) return "not shown";
  if (hours < 1) return "under an hour";
  return hours < 96 ? `${Math.round(hours)} hours` : `${Math.round(hours / 24)} days`;
}

/** "July 2026" of `2026-07`. */
export const monthWords = (month: string): string =>
  month === ""
    ? ""
    : new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" }).format(
        new Date(`${month}-01T00:00:00Z`),
      );
