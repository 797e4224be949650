import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { config } from "@/trust-center.config";
import { cutoffOf } from "../calendar";
import { valuesOf } from "../policy/values";
import { keptUntil } from "./kept-until";

const periods = valuesOf(0).retention;
const at = (text: string) => Temporal.Instant.from(text);
const delete_ = { action: "delete" } as const;
const rows = (retention: "account" | "work-orders" | "usage") => ({
  ...{ retention, erasure: { person: delete_, company: delete_ } },
});
const facts = {
  scope: "person" as const,
  withPerson: true,
  closures: { account: at("2024-02-29T23:59:59Z"), company: null as Temporal.Instant | null },
  erasedAt: at("2026-11-28T12:00:00Z"),
  periods,
};

describe("R14: until when something is kept", () => {
  it("counts from the account that the rows belong to, to the second, over leap days", () => {
    expect(keptUntil(rows("work-orders"), facts).endsAt).toBe("2031-03-01T00:00:00Z");
    expect(keptUntil(rows("account"), facts).endsAt).toBe("2024-05-29T23:59:59Z");
    // A company's rows wait for the company.
    const withCompany = { ...facts, withPerson: false };
    expect(keptUntil(rows("account"), withCompany)).toMatchObject({
      ...{ endsAt: null, words: "90 days after account closure" },
    });
    const closures = { ...facts.closures, company: at("2025-03-01T00:00:00Z") };
    for (const scope of ["person", "company"] as const)
      expect(keptUntil(rows("work-orders"), { ...withCompany, scope, closures }).endsAt).toBe("2032-03-01T00:00:00Z");
    expect(keptUntil(rows("work-orders"), { ...facts, scope: "company", closures }).endsAt).toBe(
      "2032-03-01T00:00:00Z",
    );
  });

  it("names no day for what is somebody else's too: it ends with their account as well, which may be open", () => {
    const isShared = true;
    expect(keptUntil(rows("account"), { ...facts, isShared })).toMatchObject({
      ...{ endsAt: null, words: "90 days after account closure" },
    });
    const closures = { ...facts.closures, company: at("2025-03-01T00:00:00Z") };
    expect(keptUntil(rows("account"), { ...facts, scope: "company", closures, isShared }).endsAt).toBeNull();
    // What it shares with its company alone ends with that one, and so does what goes by its own age.
    const withCompany = { ...facts, withPerson: false, closures, isShared };
    expect(keptUntil(rows("account"), withCompany).endsAt).toBe("2025-05-30T00:00:00Z");
    expect(keptUntil(rows("usage"), { ...facts, isShared }).endsAt).toBe("2028-11-28T12:00:00Z");
  });

  it("ends when a sweep may act, and not before", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000 }), (hours) => {
        const account = at("2024-02-01T00:00:00Z").add({ hours: hours % 17_544, minutes: hours % 60 });
        const ends = at(
          keptUntil(rows("work-orders"), { ...facts, closures: { account, company: null } }).endsAt ?? "",
        );
        const cutoff = (now: Temporal.Instant) => cutoffOf(now, periods["work-orders"], config.clocks.zone);
        return (
          Temporal.Instant.compare(account, cutoff(ends)) <= 0 &&
          Temporal.Instant.compare(account, cutoff(ends.subtract({ milliseconds: 1 }))) > 0
        );
      }),
      { numRuns: 50 },
    );
  });

  it("of what counts from its own making ends at the latest so long after the erasure", () => {
    expect(keptUntil(rows("usage"), facts)).toMatchObject({
      ...{ endsAt: "2028-11-28T12:00:00Z", words: "2 years after creation, at the latest" },
    });
  });

  it("takes the class that the rule names, and the period of the policy in force", () => {
    const keep = { action: "keep", until: "work-orders", ground: "Tax law" } as const;
    const kept = { ...rows("account"), erasure: { person: keep, company: keep } };
    expect(keptUntil(kept, facts)).toMatchObject({ retention: "work-orders", period: "P7Y" });
    const shorter = { ...facts, periods: valuesOf(2).retention };
    expect(keptUntil(rows("usage"), shorter).endsAt).toBe("2027-11-28T12:00:00Z");
  });

  it("is by their age where sweeps take rows by that, whatever they were kept for", () => {
    const keep = { action: "keep", until: "work-orders", ground: "Tax law" } as const;
    const kept = { ...rows("usage"), erasure: { person: keep, company: keep } };
    const open = { ...facts, withPerson: false };
    const early = { ...facts, closures: { account: at("2020-03-01T00:00:00Z"), company: null } };
    for (const one of [facts, open, early])
      expect(keptUntil(kept, one)).toMatchObject({
        ...{ retention: "usage", endsAt: "2028-11-28T12:00:00Z", words: "2 years after creation, at the latest" },
      });
  });

  it("is once all of its classes are over, also where the map names a shorter one, or a company's rule does not keep it", () => {
    const until = (name: "account" | "work-orders") => ({ action: "keep", until: name, ground: "Tax law" }) as const;
    const shorter = { retention: "work-orders" as const, erasure: { person: until("account"), company: delete_ } };
    expect(keptUntil(shorter, facts)).toMatchObject({ retention: "work-orders", endsAt: "2031-03-01T00:00:00Z" });
    const kept = { retention: "account" as const, erasure: { person: until("work-orders"), company: delete_ } };
    const closures = { ...facts.closures, company: at("2025-03-01T00:00:00Z") };
    for (const scope of ["person", "company"] as const)
      expect(keptUntil(kept, { ...facts, closures, scope, withPerson: false }).endsAt).toBe("2032-03-01T00:00:00Z");
    // What ends with a person asks for no company's rule.
    const company = { ...kept, erasure: { person: delete_, company: until("work-orders") } };
    expect(keptUntil(company, facts)).toMatchObject({ retention: "account", endsAt: "2024-05-29T23:59:59Z" });
    expect(keptUntil(company, { ...facts, withPerson: false })).toMatchObject({ period: "P7Y", endsAt: null });
  });

  it("never comes before the closure, and a later closure never ends it earlier", () => {
    const instant = fc
      .integer({ min: 0, max: 4_000_000_000 })
      .map((s) => Temporal.Instant.fromEpochMilliseconds(s * 1000));
    fc.assert(
      fc.property(instant, instant, fc.constantFrom("account" as const, "work-orders" as const), (a, b, retention) => {
        const end = (account: Temporal.Instant) =>
          at(keptUntil(rows(retention), { ...facts, closures: { account, company: null } }).endsAt ?? "");
        const [first, second] = Temporal.Instant.compare(a, b) <= 0 ? [a, b] : [b, a];
        return (
          Temporal.Instant.compare(first, end(first)) < 0 && Temporal.Instant.compare(end(first), end(second)) <= 0
        );
      }),
    );
  });
});
