import { describe, expect, it } from "vitest";
import { askedOf, readAsked, tickedUses } from "./asked-uses";

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
