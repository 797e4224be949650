import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldOf } from "@/test/random-platform";
import { closesAt, closingWords } from "./closed-at";

const of = (type: string, more = {}) => ({ fields: [fieldOf("closed", type, more)] });

describe("when an account counts as closed", () => {
  it("is from the end of the day where its column holds days, never before it was, and the same once it is read again", () => {
    const instant = fc
      .integer({ min: 86_400, max: 4_000_000_000 })
      .map((s) => Temporal.Instant.fromEpochMilliseconds(s * 1000));
    fc.assert(
      fc.property(instant, (at) => {
        const counted = closesAt(at, of("date"), "closed");
        expect(Temporal.Instant.compare(at, counted)).toBeLessThanOrEqual(0);
        expect(counted.since(at).total("hours")).toBeLessThan(24);
        expect(closesAt(counted, of("date"), "closed").equals(counted)).toBe(true);
        const day = closingWords(at, of("date"), "closed");
        expect(Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime("UTC").toInstant().equals(counted)).toBe(
          true,
        );
      }),
    );
  });

  it("is by whole seconds elsewhere, also where the map says what words or numbers mean", () => {
    const at = Temporal.Instant.from("2026-03-01T12:00:00.9Z");
    for (const column of [
      of("timestamptz"),
      of("text", { time: "text" }),
      of("bigint", { time: "seconds" }),
      undefined,
    ])
      expect([closesAt(at, column, "closed").toString(), closingWords(at, column, "closed")]).toEqual([
        "2026-03-01T12:00:00Z",
        "2026-03-01T12:00:00Z",
      ]);
  });
});
