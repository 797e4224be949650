import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CaseKind, clocksFor, gdprDue, hoursLeft } from "./clocks";

const at = (text: string) => Temporal.Instant.from(text);
const none = new Set<string>();
const due = (kind: CaseKind, received: string, zone = "UTC", holidays = none) =>
  Object.fromEntries(
    clocksFor(kind, at(received), zone, holidays).map((clock) => [clock.rule, clock.dueAt.toString()]),
  );
const month = (received: string, zone = "UTC", holidays = none) => gdprDue(at(received), zone, holidays).toString();

const zones = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kathmandu", "America/Havana"];
const anyInstant = fc
  .integer({ min: Date.UTC(2012, 0, 1) / 1000, max: Date.UTC(2060, 0, 1) / 1000 })
  .map((seconds) => Temporal.Instant.fromEpochMilliseconds(seconds * 1000));
const anyZone = fc.constantFrom(...zones);

describe("L1: which clocks run", () => {
  it("an inquiry has the policy's promise, a request the statutes' too", () => {
    expect(Object.keys(due("inquiry", "2026-03-05T10:00:00Z"))).toEqual(["policy-72h"]);
    expect(Object.keys(due("objection", "2026-03-05T10:00:00Z"))).toEqual(["policy-72h", "gdpr-1m"]);
    for (const kind of ["access", "portability", "correction", "deletion"] as const) {
      expect(Object.keys(due(kind, "2026-03-05T10:00:00Z"))).toEqual([
        "policy-72h",
        "gdpr-1m",
        "ccpa-10bd",
        "ccpa-45d",
      ]);
    }
  });
});

describe("L1 R14: policy-72h", () => {
  it("counts exact hours over a weekend and over a clock change", () => {
    expect(due("inquiry", "2026-03-27T17:30:00Z", "Europe/Berlin")["policy-72h"]).toBe("2026-03-30T17:30:00Z");
    expect(due("inquiry", "2026-10-31T05:59:59Z", "America/New_York")["policy-72h"]).toBe("2026-11-03T05:59:59Z");
  });

  it("is exactly 72 hours for every instant and zone", () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (received, zone) => {
        const [clock] = clocksFor("inquiry", received, zone, none);
        expect(clock && hoursLeft(clock.dueAt, received)).toBe(72);
      }),
    );
  });
});

describe("L1 R14: gdpr-1m", () => {
  it("ends with the last second of the day of the same number", () => {
    expect(month("2026-03-05T00:00:00Z")).toBe("2026-04-06T23:59:59Z"); // 5 April 2026 is Easter Sunday
    expect(month("2026-05-05T13:00:00Z")).toBe("2026-06-05T23:59:59Z");
  });

  it("ends a short month on its last day, leap days included", () => {
    expect(month("2027-12-31T12:00:00Z")).toBe("2028-01-31T23:59:59Z");
    expect(month("2028-01-31T12:00:00Z")).toBe("2028-02-29T23:59:59Z"); // leap year, a Tuesday
    expect(month("2029-01-31T12:00:00Z")).toBe("2029-02-28T23:59:59Z");
    expect(month("2028-02-29T12:00:00Z")).toBe("2028-03-29T23:59:59Z");
    expect(month("2026-08-31T12:00:00Z")).toBe("2026-09-30T23:59:59Z");
  });

  it("moves off weekends and holidays, several in a row as well", () => {
    expect(month("2026-11-25T12:00:00Z", "UTC", new Set(["2026-12-25"]))).toBe("2026-12-28T23:59:59Z");
    expect(month("2026-11-25T12:00:00Z", "UTC", new Set(["2026-12-25", "2026-12-28", "2026-12-29"]))).toBe(
      "2026-12-30T23:59:59Z",
    );
  });

  it("turns on the second of midnight in the zone", () => {
    expect(month("2026-05-05T21:59:59Z", "Europe/Berlin")).toBe("2026-06-05T21:59:59Z");
    expect(month("2026-05-05T22:00:00Z", "Europe/Berlin")).toBe("2026-06-08T21:59:59Z"); // 6 June is a Saturday
  });

  it("ends a day that has no midnight where the next one begins", () => {
    // Havana skips 00:00-01:00 on Sunday 14 March 2027; the 15th begins at 04:00Z.
    expect(month("2027-02-12T15:00:00Z", "America/Havana")).toBe("2027-03-13T04:59:59Z");
    expect(month("2027-02-13T15:00:00Z", "America/Havana")).toBe("2027-03-16T03:59:59Z");
  });

  it("is 28 to 31 days and then the way to a working day, and never earlier for a later receipt", () => {
    fc.assert(
      fc.property(anyInstant, anyZone, fc.integer({ min: 0, max: 5_000_000 }), (received, zone, later) => {
        const end = gdprDue(received, zone, none);
        const from = received.toZonedDateTimeISO(zone).toPlainDate();
        const to = end.toZonedDateTimeISO(zone);
        const days = from.until(to.toPlainDate(), { largestUnit: "days" }).days;
        expect(days).toBeGreaterThanOrEqual(28);
        expect(days).toBeLessThanOrEqual(33);
        expect(to.dayOfWeek).toBeLessThan(6);
        expect(end.add({ seconds: 1 }).toZonedDateTimeISO(zone).toPlainDate().equals(to.toPlainDate())).toBe(false);
        const next = gdprDue(received.add({ seconds: later }), zone, none);
        expect(Temporal.Instant.compare(next, end)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 400 },
    );
  });

  it("changes by whole days only when received a second earlier or later", () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (received, zone) => {
        const day = (shift: number) => gdprDue(received.add({ seconds: shift }), zone, none).toZonedDateTimeISO(zone);
        const sameDay = (a: number, b: number) =>
          received
            .add({ seconds: a })
            .toZonedDateTimeISO(zone)
            .toPlainDate()
            .equals(received.add({ seconds: b }).toZonedDateTimeISO(zone).toPlainDate());
        for (const shift of [-1, 1]) {
          if (sameDay(0, shift)) expect(day(shift).equals(day(0))).toBe(true);
          else expect(day(0).toPlainDate().until(day(shift).toPlainDate()).days).toBeLessThanOrEqual(4);
        }
      }),
    );
  });
});

describe("L1 R14: the CCPA's clocks", () => {
  it("10 business days skip weekends and holidays", () => {
    expect(due("access", "2026-11-20T12:00:00Z", "UTC", new Set(["2026-11-26"]))["ccpa-10bd"]).toBe(
      "2026-12-07T23:59:59Z",
    );
    expect(due("access", "2026-11-21T12:00:00Z")["ccpa-10bd"]).toBe("2026-12-04T23:59:59Z"); // from a Saturday
  });

  it("45 calendar days do not move off a weekend", () => {
    expect(due("deletion", "2026-01-01T12:00:00Z")["ccpa-45d"]).toBe("2026-02-15T23:59:59Z"); // a Sunday
  });

  it("hold exactly 10 working days and 45 days for every instant and zone", () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (received, zone) => {
        const clocks = clocksFor("access", received, zone, none);
        const last = (rule: string) =>
          clocks
            .find((clock) => clock.rule === rule)
            ?.dueAt.toZonedDateTimeISO(zone)
            .toPlainDate();
        const from = received.toZonedDateTimeISO(zone).toPlainDate();
        const confirm = last("ccpa-10bd");
        let working = 0;
        for (
          let day = from.add({ days: 1 });
          confirm && Temporal.PlainDate.compare(day, confirm) <= 0;
          day = day.add({ days: 1 })
        ) {
          if (day.dayOfWeek < 6) working++;
        }
        expect(working).toBe(10);
        const answer = last("ccpa-45d");
        expect(answer && from.until(answer, { largestUnit: "days" }).days).toBe(45);
      }),
    );
  });
});
