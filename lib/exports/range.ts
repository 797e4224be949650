export type ByteRange = { start: number; end: number };

/**
 * What a Range header asks of `size` bytes (RFC 9110, 14.2).
 * @returns the bytes, both ends included; `"all"` when there is no range to honour (absent, another
 *   unit, malformed, or several ranges, which a server may ignore); `"none"` when it lies outside: 416
 */
export function parseRange(header: string | null, size: number): ByteRange | "all" | "none" {
  if (header === null) return "all";
  const found = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header);
  if (!found) return "all";
  const [, first = "", last = ""] = found;
  if (first === "" && last === "") return "all";
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "none" : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return "all";
  if (start >= size) return "none";
  return { start, end: last === "" ? size - 1 : Math.min(Number(last), size - 1) };
}

/**
 * True when a range may be honoured under `If-Range` (RFC 9110, 13.1.5): it is absent or names exactly
 * this strong entity tag. A date or a weak tag never does.
 */
export const rangeStillFits = (ifRange: string | null, etag: string): boolean => ifRange === null || ifRange === etag;
