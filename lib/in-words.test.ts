import { expect, it } from "vitest";
import { inWords, periodInWords } from "./in-words";

it("says a period in words", () => {
  expect(["P90D", "PT72H", "P1Y", "P1Y6M", "P1M", "P2W", "P1Y1M1DT1H"].map(periodInWords)).toEqual([
    "90 days",
    "72 hours",
    "1 year",
    "1 year and 6 months",
    "1 month",
    "2 weeks",
    "1 year, 1 month, 1 day and 1 hour",
  ]);
  expect(() => periodInWords("soon")).toThrow(RangeError);
});

it("says an instant in the reader's zone", () => {
  const at = Temporal.Instant.from("2026-11-27T13:05:00Z");
  expect(inWords(at, "Europe/Berlin")).toBe("27 November 2026 at 14:05 CET");
});
