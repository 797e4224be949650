import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Limit, mayProcess } from "./may-process";
import { objectable, type Purpose, purposes } from "./purposes";

const now = Temporal.Instant.from("2026-05-03T12:00:00Z");
const hours = (n: number) => now.add({ hours: n });
const systems = ["operno", "warehouse"] as const;

const limit = (values: Partial<Limit> & Pick<Limit, "kind">): Limit => ({
  ...{ purpose: null, system: null, inEffectFrom: hours(-1), decision: null, exceptionGround: null, endedAt: null },
  ...values,
});

const purposeArbitrary = fc.constantFrom(...purposes);
const systemArbitrary = fc.constantFrom(null, ...systems);
const limitArbitrary: fc.Arbitrary<Limit> = fc
  .record({
    kind: fc.constantFrom("objection" as const, "restriction" as const, "exception" as const),
    purpose: fc.option(purposeArbitrary, { nil: null }),
    system: systemArbitrary,
    inEffectFrom: fc.integer({ min: -50, max: 5 }).map(hours),
    decision: fc.constantFrom(null, "upheld" as const, "rejected" as const),
    endedAt: fc.option(fc.integer({ min: -40, max: 5 }).map(hours), { nil: null, freq: 2 }),
  })
  .map((one) => ({
    ...one,
    purpose: one.kind === "objection" && one.purpose === null ? ("communication" as const) : one.purpose,
    exceptionGround: one.kind === "exception" ? ("consent" as const) : null,
  }));
const worldArbitrary = fc.array(limitArbitrary, { maxLength: 8 });
const stands = (one: Limit) =>
  Temporal.Instant.compare(one.inEffectFrom, now) <= 0 &&
  (one.endedAt === null || Temporal.Instant.compare(one.endedAt, now) > 0);

describe("whether a use may go on", () => {
  it("L9: an objection to improvement stops it at once, whatever is decided about it", () => {
    for (const decision of [null, "upheld", "rejected"] as const) {
      const records = [limit({ kind: "objection", purpose: "improvement", decision, inEffectFrom: now })];
      expect(mayProcess(records, "improvement", null, now)).toEqual({
        allowed: false,
        reason: "objection",
        since: now,
      });
      expect(mayProcess(records, "service-delivery", null, now).allowed).toBe(true);
    }
  });

  it("L9: the others stop while they are weighed, and stay stopped until somebody ends it", () => {
    const records = (values: Partial<Limit>) => [limit({ kind: "objection", purpose: "communication", ...values })];
    expect(mayProcess(records({}), "communication", null, now).reason).toBe("objection-being-weighed");
    expect(mayProcess(records({ decision: "rejected" }), "communication", null, now).allowed).toBe(false);
    expect(mayProcess(records({ decision: "rejected", endedAt: now }), "communication", null, now).allowed).toBe(true);
  });

  it("L7: a restriction leaves storage only, but for consent, legal claims and the protection of others", () => {
    const all = [limit({ kind: "restriction" })];
    for (const purpose of objectable) expect(mayProcess(all, purpose, "operno", now).reason).toBe("restriction");
    expect(mayProcess(all, "security", null, now)).toMatchObject({ allowed: true, reason: "protection-of-others" });
    expect(mayProcess(all, "legal-compliance", null, now)).toMatchObject({ allowed: true, reason: "legal-claims" });
    const allowed = [...all, limit({ kind: "exception", purpose: "communication", exceptionGround: "consent" })];
    expect(mayProcess(allowed, "communication", null, now)).toMatchObject({ allowed: true, reason: "consent" });
    expect(mayProcess(allowed, "improvement", null, now).allowed).toBe(false);
  });

  it("L7: who limits a use again takes back that they had let it go on; what the law lets go on stays", () => {
    const [earlier, later] = [now.subtract({ hours: 2 }), now.subtract({ hours: 1 })];
    for (const exceptionGround of ["consent", "legal-claims"] as const) {
      const records = [
        limit({ kind: "restriction", inEffectFrom: earlier.subtract({ hours: 1 }) }),
        limit({ kind: "exception", purpose: "communication", exceptionGround, inEffectFrom: earlier }),
        limit({ kind: "restriction", purpose: "communication", inEffectFrom: later }),
      ];
      const answer = mayProcess(records, "communication", null, now);
      expect(answer.reason).toBe(exceptionGround === "consent" ? "restriction" : "legal-claims");
    }
  });

  it("a limit in one system leaves the others alone; asked for everywhere it counts", () => {
    const records = [limit({ kind: "objection", purpose: "improvement", system: "operno" })];
    expect(mayProcess(records, "improvement", "warehouse", now).allowed).toBe(true);
    expect(mayProcess(records, "improvement", "operno", now).allowed).toBe(false);
    expect(mayProcess(records, "improvement", null, now).allowed).toBe(false);
  });

  it("H2: says no exactly when a plain reading of the records does", () => {
    fc.assert(
      fc.property(worldArbitrary, purposeArbitrary, systemArbitrary, (records, purpose, system) => {
        const mine = records.filter(stands).filter((one) => one.purpose === null || one.purpose === purpose);
        const here = (one: Limit) => one.system === null || system === null || one.system === system;
        const isFixed = purpose === "security" || purpose === "legal-compliance";
        const objected = !isFixed && mine.some((one) => one.kind === "objection" && here(one));
        const restrictions = mine.filter((one) => one.kind === "restriction" && here(one));
        const restricted = !isFixed && restrictions.length > 0;
        const excepted = mine.some(
          (one) =>
            one.kind === "exception" &&
            (one.system === null || one.system === system) &&
            restrictions.every((r) => Temporal.Instant.compare(r.inEffectFrom, one.inEffectFrom) <= 0),
        );
        expect(mayProcess(records, purpose, system, now).allowed).toBe(!objected && (!restricted || excepted));
      }),
      { numRuns: 2000 },
    );
  });

  it("H2: security and legal compliance never stop; what ended counts for nothing; the order does not matter", () => {
    fc.assert(
      fc.property(worldArbitrary, purposeArbitrary, systemArbitrary, (records, purpose, system) => {
        const answer = mayProcess(records, purpose, system, now);
        if (purpose === "security" || purpose === "legal-compliance") expect(answer.allowed).toBe(true);
        expect(mayProcess(records.filter(stands), purpose, system, now)).toEqual(answer);
        expect(mayProcess(records.toReversed(), purpose, system, now).allowed).toBe(answer.allowed);
        if (answer.since) expect(Temporal.Instant.compare(answer.since, now)).toBeLessThanOrEqual(0);
        expect(answer.since === null).toBe(answer.reason === "no-limit");
      }),
      { numRuns: 1000 },
    );
  });

  it("H2: another objection or restriction never allows what was refused; an exception never undoes an objection", () => {
    fc.assert(
      fc.property(
        worldArbitrary,
        limitArbitrary,
        purposeArbitrary,
        systemArbitrary,
        (records, more, purpose, system) => {
          const before = mayProcess(records, purpose, system, now);
          const after = mayProcess([...records, more], purpose, system, now);
          if (more.kind !== "exception" && !before.allowed) expect(after.allowed).toBe(false);
          if (more.kind === "exception" && before.reason.startsWith("objection")) expect(after).toEqual(before);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("H2: what is allowed everywhere is allowed in each system", () => {
    fc.assert(
      fc.property(worldArbitrary, purposeArbitrary, (records, purpose: Purpose) => {
        if (!mayProcess(records, purpose, null, now).allowed) return;
        for (const system of systems) expect(mayProcess(records, purpose, system, now).allowed).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
