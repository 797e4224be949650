import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutoffOf, dueAt, endOfDay, firstKeptDay } from "./calendar";

const at = (text: string) => Temporal.Instant.from(text);
const naive = (since: Temporal.Instant, period: string, zone: string) =>
  since.toZonedDateTimeISO(zone).add(period).toInstant();
const isDue = (since: Temporal.Instant, now: Temporal.Instant, period: string, zone: string) =>
  Temporal.Instant.compare(since, cutoffOf(now, period, zone)) <= 0;

const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu");
const periods = fc.constantFrom("P90D", "P7Y", "P2Y", "P3Y", "P24M", "P1M", "P7D", "PT48H", "P1M1D", "P0D");
/** Often at the turn of a day, a month or a clock. */
const instants = fc
  .oneof(
    fc.integer({ min: 1_000_000_000, max: 2_200_000_000 }).map((seconds) => seconds * 1000),
    fc
      .record({
        day: fc.constantFrom("2024-02-28", "2024-02-29", "2024-03-01", "2023-10-29", "2024-03-31", "2024-11-03"),
        minute: fc.integer({ min: -30, max: 1470 }),
      })
      .map(({ day, minute }) => Date.parse(`${day}T00:00:00Z`) + minute * 60_000),
  )
  .chain((ms) => fc.integer({ min: -1, max: 1 }).map((second) => ms + second * 1000))
  .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms));

describe("the end of a period (R14)", () => {
  it.each([
    ["P90D", "2026-01-01T10:00:00Z", "2026-04-01T10:00:00Z", "UTC"],
    ["P7Y", "2019-05-28T10:00:00Z", "2026-05-28T10:00:00Z", "UTC"],
    // In leap years and out of them.
    ["P1Y", "2024-02-29T12:00:00Z", "2025-03-01T00:00:00Z", "UTC"],
    ["P4Y", "2024-02-29T12:00:00Z", "2028-02-29T12:00:00Z", "UTC"],
    ["P1Y", "2024-02-28T12:00:00Z", "2025-02-28T12:00:00Z", "UTC"],
    ["P1M", "2026-01-31T09:00:00Z", "2026-03-01T00:00:00Z", "UTC"],
    // The clock went forward in between: the same hour of the day, an hour less of time.
    ["P90D", "2026-01-01T10:00:00Z", "2026-04-01T09:00:00Z", "Europe/Berlin"],
    // 02:30 on a day on which the clock jumps from 02:00 to 03:00.
    ["P1Y", "2025-03-29T01:30:00Z", "2026-03-29T01:00:00Z", "Europe/Berlin"],
    ["PT48H", "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z", "Europe/Berlin"],
  ])("%s from %s ends at %s in %4$s", (period, since, ends, zone) => {
    expect(dueAt(at(since), period, zone).toString()).toBe(at(ends).toString());
    for (const [seconds, due] of [
      [-1, false],
      [0, true],
      [1, true],
    ] as const)
      expect(isDue(at(since), at(ends).add({ seconds }), period, zone), `${seconds} s`).toBe(due);
  });

  it("a cutoff is exact to the microsecond", () => {
    fc.assert(
      fc.property(instants, periods, zones, (now, period, zone) => {
        const cutoff = cutoffOf(now, period, zone);
        expect(Temporal.Instant.compare(dueAt(cutoff, period, zone), now)).toBeLessThanOrEqual(0);
        expect(Temporal.Instant.compare(dueAt(cutoff.add({ microseconds: 1 }), period, zone), now)).toBe(1);
      }),
      { numRuns: 300 },
    );
  });

  it("no row goes before an older one", () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 200_000 }), periods, zones, (since, later, period, zone) => {
        const [older, newer] = [dueAt(since, period, zone), dueAt(since.add({ seconds: later }), period, zone)];
        expect(Temporal.Instant.compare(older, newer)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 600 },
    );
  });

  it("is what plain addition gives for each row, but where that day or hour is not there or is there twice", () => {
    let plain = 0;
    fc.assert(
      fc.property(instants, periods, zones, (since, period, zone) => {
        const [ours, theirs] = [dueAt(since, period, zone), naive(since, period, zone)];
        const hours = theirs.until(ours).total("hours");
        // A clamped day ends with its last hour; a skipped hour when the clock has passed it.
        expect(hours).toBeGreaterThanOrEqual(-1);
        expect(hours).toBeLessThanOrEqual(25);
        const start = since.toZonedDateTimeISO(zone);
        const isPlain =
          start.add(period).day === start.day || !/[YM]/.test(period.split("T")[0] ?? "") || period === "P1M1D";
        if (zone === "UTC" && isPlain && period !== "P1M1D") {
          plain++;
          expect(hours).toBe(0);
        }
      }),
      { numRuns: 600 },
    );
    expect(plain).toBeGreaterThan(30);
  });

  it("a calendar day counts from its end", () => {
    fc.assert(
      fc.property(instants, instants, zones, (now, of, zone) => {
        const day = of.toZonedDateTimeISO(zone).toPlainDate();
        const cutoff = cutoffOf(now, "P3Y", zone);
        const byEnd = Temporal.Instant.compare(endOfDay(day, zone), cutoff) <= 0;
        expect(Temporal.PlainDate.compare(day, firstKeptDay(cutoff, zone)) < 0).toBe(byEnd);
      }),
    );
  });
});
