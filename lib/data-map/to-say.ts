import type { Path } from "./located";

/** What nobody but the platform's owner can say, in a draft; the map is refused while one stands. */
export const toSay = "TO-SAY";

/** Deeper than any key of a map; an alias within its own anchor would never end. */
const deepest = 16;

/** Where a file's value still has something to say: the path of each object, and under which of its keys. */
export function leftToSay(value: unknown, path: Path = []): { path: Path; keys: string[] }[] {
  if (typeof value !== "object" || value === null || path.length > deepest) return [];
  const entries = Object.entries(value);
  const keys = entries.flatMap(([key, one]) => (one === toSay ? [key] : []));
  return [
    ...(keys.length > 0 ? [{ path, keys }] : []),
    ...entries.flatMap(([key, one]) => leftToSay(one, [...path, Array.isArray(value) ? Number(key) : key])),
  ];
}

/** In words, with the short way for a table that is nobody's. */
export const toSayWords = (keys: readonly string[]): string =>
  `${keys.join(", ")} ${keys.length === 1 ? "is" : "are"} still to be said (${toSay})${keys.includes("scope") ? "; of a table without personal data only `scope: none` and a `ground`" : ""}`;
