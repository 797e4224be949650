import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockRules } from "../db/schema/cases";
import { courseDue, mayExtend, mayPause, type Pause, pausedFor } from "./clock-course";
import { clocksFor } from "./clocks";

const at = (text: string) => Temporal.Instant.from(text);
const none = new Set<string>();
const pause = (from: string, until?: string): Pause => ({ from, ...(until ? { until } : {}), reason: "identity" });
const gdpr = (received: string, pauses: Pause[], { extended = false, zone = "UTC", holidays = none } = {}) =>
  courseDue("gdpr-1m", at(received), { pauses, extended }, zone, holidays).toString();

const anyInstant = fc
  .integer({ min: Date.UTC(2012, 0, 1) / 1000, max: Date.UTC(2060, 0, 1) / 1000 })
  .map((seconds) => Temporal.Instant.fromEpochMilliseconds(seconds * 1000));
const anyZone = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "America/Havana");
const anySpans = fc.array(
  fc.record({ after: fc.integer({ min: -100_000, max: 3_000_000 }), long: fc.integer({ min: 0, max: 1_000_000 }) }),
  { maxLength: 5 },
);
const ended = (start: Temporal.Instant, spans: { after: number; long: number }[]): Pause[] =>
  spans.map(({ after, long }) => {
    const from = start.add({ seconds: after });
    return pause(from.toString(), from.add({ seconds: long }).toString());
  });
const holidaysOf = (start: Temporal.Instant) =>
  new Set(
    Array.from({ length: 40 }, (_, index) =>
      start
        .add({ hours: 24 * 3 * index })
        .toString()
        .slice(0, 10),
    ),
  );

describe("L1: a pause moves gdpr-1m by as long as it lasted", () => {
  it("counts whole days, then the working day again", () => {
    // Due on Thursday 4 June 2026.
    const waited = (hours: number) =>
      gdpr("2026-05-04T13:00:00Z", [
        pause("2026-05-05T08:00:00Z", at("2026-05-05T08:00:00Z").add({ hours }).toString()),
      ]);
    expect(waited(0)).toBe("2026-06-04T23:59:59Z");
    expect(waited(23)).toBe("2026-06-04T23:59:59Z");
    expect(waited(24)).toBe("2026-06-05T23:59:59Z");
    expect(waited(48)).toBe("2026-06-08T23:59:59Z"); // the 6th is a Saturday
    expect(waited(7 * 24)).toBe("2026-06-11T23:59:59Z");
  });

  it("counts from the end of the month itself, not from the working day it moved to", () => {
    // 5 April 2026 is a Sunday, so the month ends on Monday; one day of waiting gives no second day on top.
    expect(gdpr("2026-03-05T10:00:00Z", [pause("2026-03-06T10:00:00Z", "2026-03-07T10:00:00Z")])).toBe(
      "2026-04-06T23:59:59Z",
    );
  });

  it("holds in short months, on leap days and over a clock change", () => {
    const day = (from: string) => [pause(from, at(from).add({ hours: 24 }).toString())];
    expect(gdpr("2028-01-31T12:00:00Z", day("2028-02-01T00:00:00Z"))).toBe("2028-03-01T23:59:59Z");
    expect(gdpr("2027-01-29T12:00:00Z", day("2027-01-30T00:00:00Z"))).toBe("2027-03-01T23:59:59Z");
    // Berlin sets its clocks forward on 28 March 2027: the day ends an hour earlier in UTC.
    expect(gdpr("2027-02-28T12:00:00Z", day("2027-03-01T00:00:00Z"), { zone: "Europe/Berlin" })).toBe(
      "2027-03-29T21:59:59Z",
    );
  });

  it("does not count what is still open, and overlapping waits once", () => {
    expect(gdpr("2026-05-04T13:00:00Z", [pause("2026-05-05T08:00:00Z")])).toBe("2026-06-04T23:59:59Z");
    const twice = [
      pause("2026-05-05T08:00:00Z", "2026-05-06T02:00:00Z"),
      pause("2026-05-05T14:00:00Z", "2026-05-06T08:00:00Z"),
    ];
    expect(gdpr("2026-05-04T13:00:00Z", twice)).toBe("2026-06-05T23:59:59Z");
  });

  it("R14: never takes anything away, never gives more than was waited and the way to a working day", () => {
    fc.assert(
      fc.property(anyInstant, anyZone, anySpans, fc.boolean(), (start, zone, spans, extended) => {
        const pauses = ended(start, spans);
        const holidays = holidaysOf(start);
        const plain = courseDue("gdpr-1m", start, { pauses: [], extended }, zone, holidays);
        const due = courseDue("gdpr-1m", start, { pauses, extended }, zone, holidays);
        const waited = pausedFor(start, pauses).total("seconds");
        const gained = plain.until(due).total("seconds");
        expect(gained).toBeGreaterThanOrEqual(0);
        // Seven days at most lead to a working day, from either; a clock change takes or gives an hour.
        expect(gained).toBeLessThanOrEqual(waited + 7 * 86_400 + 7200);
        expect(gained).toBeGreaterThan(waited - 8 * 86_400 - 7200);
        const local = due.toZonedDateTimeISO(zone);
        expect(local.dayOfWeek).toBeLessThan(6);
        expect(holidays.has(local.toPlainDate().toString())).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it("R14: a longer wait is never due earlier, and a wait cut in two is the same wait", () => {
    fc.assert(
      fc.property(
        ...[anyInstant, anyZone, fc.integer({ min: 0, max: 2_000_000 }), fc.integer({ min: 0, max: 900_000 })],
        fc.integer({ min: 0, max: 900_000 }),
        (start, zone, after, long, more) => {
          const from = start.add({ seconds: after });
          const [cut, until] = [from.add({ seconds: long }), from.add({ seconds: long + more })];
          const due = (pauses: Pause[]) => courseDue("gdpr-1m", start, { pauses, extended: false }, zone, none);
          const whole = due([pause(from.toString(), until.toString())]);
          expect(Temporal.Instant.compare(whole, due([pause(from.toString(), cut.toString())]))).toBeGreaterThanOrEqual(
            0,
          );
          const halves = [pause(cut.toString(), until.toString()), pause(from.toString(), cut.toString())];
          expect(due(halves).equals(whole)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("without pauses and extension every rule is due as at its beginning", () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (start, zone) => {
        const holidays = holidaysOf(start);
        for (const clock of clocksFor("access", start, zone, holidays))
          expect(
            courseDue(clock.rule, start, { pauses: [], extended: false }, zone, holidays).equals(clock.dueAt),
          ).toBe(true);
      }),
    );
  });

  it("CCPR 7021: nothing moves the other clocks, however long somebody waits", () => {
    fc.assert(
      fc.property(anyInstant, anyZone, anySpans, (start, zone, spans) => {
        for (const rule of ["policy-72h", "ccpa-10bd", "ccpa-45d"] as const) {
          const due = (pauses: Pause[]) => courseDue(rule, start, { pauses, extended: false }, zone, none);
          expect(due(ended(start, spans)).equals(due([]))).toBe(true);
        }
      }),
    );
  });

  it("only the month pauses, only once at a time, and only when proof was asked for promptly", () => {
    const startedAt = at("2026-05-04T13:00:00Z");
    const ask = (hours: number, pauses: Pause[] = []) => ({ startedAt, askedAt: startedAt.add({ hours }), pauses });
    expect(clockRules.filter((rule) => mayPause(rule, ask(1)))).toEqual(["gdpr-1m"]);
    expect(mayPause("gdpr-1m", ask(72))).toBe(true);
    expect(mayPause("gdpr-1m", ask(73))).toBe(false);
    expect(mayPause("gdpr-1m", ask(1, [pause("2026-05-04T13:00:00Z")]))).toBe(false);
    expect(mayPause("gdpr-1m", ask(2, [pause("2026-05-04T13:00:00Z", "2026-05-04T14:00:00Z")]))).toBe(true);
  });
});

describe("L1: an extension", () => {
  it("GDPR 12(3): makes three months of one, short months and working days as ever", () => {
    expect(gdpr("2026-05-05T13:00:00Z", [], { extended: true })).toBe("2026-08-05T23:59:59Z");
    expect(gdpr("2026-11-30T13:00:00Z", [], { extended: true })).toBe("2027-03-01T23:59:59Z"); // 28 February is a Sunday
    expect(gdpr("2027-11-30T13:00:00Z", [], { extended: true })).toBe("2028-02-29T23:59:59Z");
  });

  it("CCPR 7021(b): makes 90 days of 45", () => {
    const due = courseDue("ccpa-45d", at("2026-01-01T12:00:00Z"), { pauses: [], extended: true }, "UTC", none);
    expect(due.toString()).toBe("2026-04-01T23:59:59Z");
  });

  it("is possible once, for these two alone, until the last second of the first period", () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (startedAt, zone) => {
        for (const rule of clockRules) {
          const clock = { rule, startedAt, pauses: [], extended: false };
          const due = courseDue(rule, startedAt, clock, zone, none);
          const longer = rule === "gdpr-1m" || rule === "ccpa-45d";
          expect(mayExtend(clock, due, zone, none)).toBe(longer);
          expect(mayExtend(clock, due.add({ seconds: 1 }), zone, none)).toBe(false);
          expect(mayExtend({ ...clock, extended: true }, startedAt, zone, none)).toBe(false);
        }
      }),
    );
  });
});
