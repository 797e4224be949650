import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRange, rangeStillFits } from "./range";

describe("byte ranges (P2)", () => {
  it("gives exactly the bytes that were asked for and exist", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), fc.nat(2e12), fc.nat(2e12), (size, a, b) => {
        const [start, end] = a <= b ? [a, b] : [b, a];
        const range = parseRange(`bytes=${start}-${end}`, size);
        if (start >= size) expect(range).toBe("none");
        else expect(range).toEqual({ start, end: Math.min(end, size - 1) });
        expect(parseRange(`bytes=${start}-`, size)).toEqual(start >= size ? "none" : { start, end: size - 1 });
        const suffix = parseRange(`bytes=-${start}`, size);
        if (start === 0) expect(suffix).toBe("none");
        else expect(suffix).toEqual({ start: Math.max(0, size - start), end: size - 1 });
      }),
    );
  });

  it("never leaves the file and never throws, whatever the header says", () => {
    const header = fc.oneof(
      fc.string(),
      fc.string().map((text) => `bytes=${text}`),
      fc.stringMatching(/^bytes=[0-9, -]*$/),
    );
    fc.assert(
      fc.property(header, fc.nat(1e6), (text, size) => {
        const range = parseRange(text, size);
        if (typeof range === "string") return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThanOrEqual(range.start);
        expect(range.end).toBeLessThan(size);
      }),
    );
  });

  it.each(["bytes=", "bytes=-", "bytes=5-2", "bytes=1-2,4-5", "items=0-1", "bytes=a-b", "bytes=1-2x", "bytes=1.5-2"])(
    "ignores %s as RFC 9110 lets it",
    (header) => expect(parseRange(header, 100)).toBe("all"),
  );

  it("honours If-Range for the same strong tag only", () => {
    expect(rangeStillFits(null, '"a"')).toBe(true);
    expect(rangeStillFits('"a"', '"a"')).toBe(true);
    for (const other of ['"b"', 'W/"a"', "Wed, 21 Oct 2015 07:28:00 GMT", ""]) {
      expect(rangeStillFits(other, '"a"')).toBe(false);
    }
  });
});
