import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StaffCtx } from "@/lib/context";
import { earliestEffect } from "@/lib/notices/notice-period";
import { startOfDay } from "@/lib/policy/draft-form";
import type { Draft } from "@/lib/policy/drafts";
import { address, firstValues } from "./page-address";
import { percent } from "./percent";
import { firstEffectiveDay, type Power, versionPowers } from "./version-powers";

describe("a share in percent", () => {
  it("does not round few to none, nor almost all to all", () => {
    expect([percent(0, 0), percent(0, 5), percent(1, 3), percent(5, 5)]).toEqual(["–", "0%", "33.3%", "100%"]);
    expect([percent(1, 1_000_000), percent(999_999, 1_000_000)]).toEqual(["<0.1%", ">99.9%"]);
  });
});

describe("addresses of the desk", () => {
  it("leave empty values out and read back what they hold", async () => {
    expect(address("/admin", { state: undefined, q: "", cursor: null })).toBe("/admin");
    const made = address("/admin", { state: "closed", q: "PR-&=?", n: 3 });
    const read = Object.fromEntries(new URL(made, "http://x.example").searchParams);
    expect(await firstValues(Promise.resolve({ ...read, twice: ["a", "b"], empty: "" }))).toEqual({
      state: "closed",
      q: "PR-&=?",
      n: "3",
      twice: "a",
    });
  });
});

describe("what a member of staff can do with a version", () => {
  const now = Temporal.Instant.from("2026-11-23T12:00:00Z");
  const actor = (role: "agent" | "officer" | "auditor", staffId: string): StaffCtx["actor"] => ({
    kind: "staff",
    ...{ role, staffId, personId: "p", sessionId: "s", steppedUpAt: now },
  });
  const far = now.add({ hours: 24 * 90 });
  const draftOf = (over: Partial<Omit<Draft, "version">> & { effectiveAt?: Temporal.Instant | null } = {}): Draft => {
    const { effectiveAt = far, ...rest } = over;
    const version = { authorId: "author", effectiveAt } as Draft["version"];
    const hashes = { hash: "", textBase: "", highlightsBase: "" };
    return {
      version,
      state: "draft",
      highlights: [],
      ...hashes,
      approval: null,
      before: null,
      problems: [],
      proposals: [],
      ...rest,
    };
  };
  const problem = { line: 3, message: "wrong" };
  const approval = {} as Draft["approval"];
  const can = (power: Power) => (power === null ? "never" : power.possible);
  const of = (draft: Draft, who: StaffCtx["actor"]) => {
    const { edit, submit, approve, announce, withdraw } = versionPowers(draft, who, "Ada", now);
    return [edit, submit, approve, announce, withdraw].map(can);
  };

  it("S15: the author hands in and never approves; a second officer approves, then announces", () => {
    const author = actor("officer", "author");
    const second = actor("officer", "second");
    expect(of(draftOf(), author)).toEqual([true, true, false, false, true]);
    expect(of(draftOf({ state: "in-review" }), author)).toEqual([true, "never", false, false, true]);
    expect(of(draftOf({ state: "in-review" }), second)).toEqual([false, "never", true, false, true]);
    expect(of(draftOf({ state: "in-review", approval }), second)).toEqual([false, "never", "never", true, true]);
    expect(of(draftOf({ state: "announced" }), second)).toEqual(["never", "never", "never", "never", true]);
    expect(of(draftOf({ state: "in-force" }), second)).toEqual(["never", "never", "never", "never", "never"]);
  });

  it("S1: an agent writes only, an auditor does nothing", () => {
    expect(of(draftOf(), actor("agent", "author"))).toEqual([true, true, false, false, false]);
    expect(of(draftOf({ state: "in-review", approval }), actor("agent", "x"))).toEqual([
      false,
      "never",
      "never",
      false,
      false,
    ]);
    for (const state of ["draft", "in-review", "announced"] as const)
      expect(of(draftOf({ state }), actor("auditor", "author"))).not.toContain(true);
  });

  it("every refusal is a sentence, and problems or a day too near keep a version back", () => {
    const author = actor("officer", "author");
    for (const draft of [
      draftOf({ problems: [problem] }),
      draftOf({ effectiveAt: null }),
      draftOf({ effectiveAt: now }),
    ]) {
      const { submit } = versionPowers(draft, author, "Ada", now);
      expect(submit).toMatchObject({ possible: false, why: expect.stringMatching(/^[A-Z].*\.$/) });
    }
    const near = versionPowers(
      draftOf({ state: "in-review", approval, effectiveAt: now }),
      actor("officer", "second"),
      "Ada",
      now,
    );
    expect(near.announce).toMatchObject({ possible: false, why: expect.stringContaining("Ada") });
  });

  it("R14: the first day offered is always late enough, and the day before is not", () => {
    const moments = fc
      .integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2050, 0, 1) })
      .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms));
    fc.assert(
      fc.property(moments, (at) => {
        const day = firstEffectiveDay(at);
        const before = Temporal.PlainDate.from(day).subtract({ days: 1 }).toString();
        expect(Temporal.Instant.compare(startOfDay(day), earliestEffect(at))).toBeGreaterThanOrEqual(0);
        expect(Temporal.Instant.compare(startOfDay(before), earliestEffect(at))).toBeLessThan(0);
      }),
    );
  });
});
