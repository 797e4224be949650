import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AskedUses, askedOf, readAsked, tickedUses, united } from "./asked-uses";
import { objectable } from "./purposes";

describe("what a form's ticks mean", () => {
  it("is the uses of an objection, and every use of a restriction that names none; for other rights and half a choice nothing", () => {
    const both = { purposes: tickedUses.parse(["improvement", "communication", "improvement"]), basis: null };
    expect(both.purposes).toEqual(["improvement", "communication"]);
    expect(askedOf("objection", both, "person")).toEqual({ ...both, by: "person" });
    expect(askedOf("objection", { purposes: [], basis: "claims" }, "person")).toBeNull();
    expect(askedOf("restriction", both, "person")).toBeNull();
    expect(askedOf("restriction", { purposes: [], basis: "claims" }, "staff")).toEqual({
      ...{ purposes: [], basis: "claims", by: "staff" },
    });
    for (const kind of ["access", "portability", "correction", "deletion", "inquiry"])
      expect(askedOf(kind, { purposes: ["improvement"], basis: "claims" }, "person")).toBeNull();
  });

  it("L9 never is what protects everybody or what the law orders", () => {
    expect(tickedUses.safeParse("security").success).toBe(false);
    expect(tickedUses.safeParse(["improvement", "legal-compliance"]).success).toBe(false);
    expect(readAsked({ purposes: ["security"], basis: null, by: "person" })).toBeNull();
    expect(readAsked(null)).toBeNull();
  });
});

describe("what two requests are to stop as one", () => {
  const asked = fc.record({
    purposes: fc.uniqueArray(fc.constantFrom(...objectable)),
    basis: fc.constantFrom("claims" as const, "unlawful" as const),
    by: fc.constantFrom("person" as const, "staff" as const),
  });
  const stops = ({ purposes }: AskedUses) => (purposes.length === 0 ? [...objectable] : purposes).toSorted();

  it("is all that either named and nothing else, on the one basis of both, in either order", () => {
    fc.assert(
      fc.property(asked, asked, (one, other) => {
        const both = united(one, other);
        expect(both === null).toBe(one.basis !== other.basis);
        if (!both) return;
        expect(stops(both)).toEqual([...new Set([...stops(one), ...stops(other)])].toSorted());
        expect(stops(united(other, one) ?? both)).toEqual(stops(both));
        expect(both.by).toBe([one, other].some(({ by }) => by === "staff") ? "staff" : "person");
      }),
    );
    fc.assert(
      fc.property(asked, (one) => {
        expect([united(one, null), united(null, one)]).toEqual([one, one]);
      }),
    );
  });
});
