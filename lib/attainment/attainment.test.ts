import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson } from "@/test/people";
import { type CaseKind, clocksFor } from "../cases/clocks";
import { systemCtx } from "../context";
import { attainmentCounts, caseKinds } from "../db/schema";
import { withRead } from "../db/transaction";
import { newId, newReference } from "../ids";
import { type AttainmentRow, allKinds, countAttainment, countIn, lastMonths, wholeYear } from "./count-attainment";
import { hideSmall } from "./hide-small";
import { publish } from "./publish";
import { attainment, shownOf } from "./queries";

const database = testDatabase();
const now = Temporal.Instant.from("2026-07-15T12:00:00Z");
afterEach(() => database.sql`delete from cases`.then(() => {}));

describe("lastMonths", () => {
  it("are the twelve whole ones before this, in the company's calendar", () => {
    expect(lastMonths(now, "UTC")).toEqual([
      ...["2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12"],
      ...["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"],
    ]);
    const newYear = Temporal.Instant.from("2026-01-01T04:00:00Z");
    expect(lastMonths(newYear, "America/New_York").at(-1)).toBe("2025-11");
    expect(lastMonths(newYear, "UTC").at(-1)).toBe("2025-12");
  });
});

describe("hideSmall", () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 25 }), fc.integer({ min: 0, max: 500 })), {
    minLength: 1,
    maxLength: 12,
  });

  it("shows no small group, and none can be had by subtraction from the whole", () => {
    fc.assert(
      fc.property(sizes, (list) => {
        const hidden = hideSmall(list, 20);
        const away = list.filter((_, at) => hidden[at]);
        for (const [at, size] of list.entries()) if (!hidden[at]) expect(size).toBeGreaterThanOrEqual(20);
        // All hidden together are the whole minus the shown: either nothing, or enough and not one alone.
        const together = away.reduce((sum, one) => sum + one, 0);
        const isAll = away.length === list.length;
        if (away.length > 0 && !isAll) {
          expect(away.length).toBeGreaterThan(1);
          expect(together).toBeGreaterThanOrEqual(20);
        }
      }),
    );
  });

  it("hides nothing that it need not", () => {
    expect(hideSmall([20, 30, 400], 20)).toEqual([false, false, false]);
    expect(hideSmall([20, 19, 5, 400], 20)).toEqual([false, true, true, false]);
    // One alone, and two that are too few together, take the next one along.
    expect(hideSmall([50, 3, 400], 20)).toEqual([true, true, false]);
    expect(hideSmall([50, 3, 4, 400], 20)).toEqual([true, true, true, false]);
    expect(hideSmall([3, 4], 20)).toEqual([true, true]);
  });
});

describe("publish", () => {
  const line = (kind: string, values: Partial<AttainmentRow>): AttainmentRow => ({
    ...{ period: wholeYear, kind, position: 0, received: 0, replyDue: 0, replyInTime: 0, lawDue: 0, lawInTime: 0 },
    ...{ answered: 0, medianHours: null, decided: 0, refused: 0, countedAt: now, ...values },
  });

  it("says 100 % only when it was every one", () => {
    const whole = line(allKinds, { received: 1000, replyDue: 1000, replyInTime: 999 });
    expect(publish(whole, [], 20).whole).toMatchObject({ received: 1000, replyInTime: 0.99 });
  });

  it("looks at each figure's own base", () => {
    const whole = line(allKinds, { received: 25, replyDue: 19, replyInTime: 19, decided: 20, refused: 1 });
    expect(publish(whole, [], 20).whole).toEqual({
      ...{ received: 25, replyInTime: null, lawInTime: null, refused: 0.05, medianHours: null },
    });
  });

  it("says nothing at all of fewer than that", () => {
    const rows = [line(allKinds, { received: 19, replyDue: 19, replyInTime: 19 }), line("access", { received: 19 })];
    expect(JSON.stringify(publish(rows[0] as AttainmentRow, rows.slice(1), 20))).not.toMatch(/[0-9]/);
  });

  it("does not let the law's month, which questions lack, hide a right", () => {
    const [whole, ...parts] = [
      line(allKinds, { received: 90, lawDue: 40, lawInTime: 40 }),
      line("access", { received: 40, lawDue: 40, lawInTime: 40 }),
      line("inquiry", { received: 50 }),
    ];
    expect(publish(whole as AttainmentRow, parts, 20).parts.map(({ lawInTime }) => lawInTime)).toEqual([1, null]);
  });
});

type Planted = {
  kind: CaseKind;
  receivedAt: Temporal.Instant;
  /** Hours after receipt; null: never. */
  replied: number | null;
  ended: number | null;
  decision: "approved" | "partly" | "declined" | "completed" | "cancelled" | null;
  /** Handed to a company by a job. */
  handedOn?: true;
};

async function plant(one: Planted): Promise<void> {
  const id = newId();
  const at = (hours: number | null) =>
    hours === null ? null : one.receivedAt.add({ minutes: Math.round(hours * 60) }).toString();
  const { sql } = database;
  const ended = one.decision === null ? null : at(one.ended ?? 0);
  await sql`
    insert into cases (id, reference, kind, channel, received_at, answered_at, decided_at, closed_at, decision, approval_ground)
    values (${id}, ${newReference()}, ${one.kind}, 'dashboard', ${one.receivedAt.toString()}, ${at(one.replied)},
            ${ended}, ${ended}, ${one.decision}, ${one.handedOn ? "passed-on" : null})`;
  for (const { rule, startedAt, dueAt } of clocksFor(one.kind, one.receivedAt, "UTC", new Set())) {
    const stop = rule === "policy-72h" ? at(one.replied) : ended;
    await sql`
      insert into case_clocks (id, case_id, rule, started_at, due_at, stopped_at)
      values (${newId()}, ${id}, ${rule}, ${startedAt.toString()}, ${dueAt.toString()}, ${stop})`;
  }
  // A later clock of the same rule is about a later message and changes nothing.
  if (one.replied !== null)
    await sql`
      insert into case_clocks (id, case_id, rule, started_at, due_at, stopped_at)
      values (${newId()}, ${id}, 'policy-72h', ${one.receivedAt.add({ hours: 500 }).toString()},
              ${one.receivedAt.add({ hours: 572 }).toString()}, ${one.receivedAt.add({ hours: 5000 }).toString()})`;
}

/** The same figures by hand. */
function byHand(all: readonly Planted[]): Partial<AttainmentRow> {
  const owed = all.filter(({ decision }) => decision !== "cancelled");
  const due = (one: Planted, rule: string) =>
    clocksFor(one.kind, one.receivedAt, "UTC", new Set()).find((clock) => clock.rule === rule)?.dueAt;
  const judged = (rule: string, stopOf: (one: Planted) => Temporal.Instant | null) => {
    const verdicts = owed.flatMap((one) => {
      const dueAt = due(one, rule);
      if (!dueAt) return [];
      const stop = stopOf(one);
      if (stop) return [Temporal.Instant.compare(stop, dueAt) <= 0];
      return Temporal.Instant.compare(dueAt, now) < 0 ? [false] : [];
    });
    return [verdicts.length, verdicts.filter(Boolean).length] as const;
  };
  const after = (one: Planted, hours: number | null) =>
    hours === null ? null : one.receivedAt.add({ minutes: Math.round(hours * 60) });
  const [replyDue, replyInTime] = judged("policy-72h", (one) => after(one, one.replied));
  const [lawDue, lawInTime] = judged("gdpr-1m", (one) => (one.decision ? after(one, one.ended ?? 0) : null));
  const hours = owed
    .flatMap(({ replied }) => (replied === null ? [] : [Math.round(replied * 60) / 60]))
    .sort((a, b) => a - b);
  const middle = (hours.length - 1) / 2;
  const median =
    hours.length === 0 ? null : ((hours[Math.floor(middle)] as number) + (hours[Math.ceil(middle)] as number)) / 2;
  return {
    ...{ received: all.length, replyDue, replyInTime, lawDue, lawInTime },
    ...{ answered: hours.length, medianHours: median },
    decided: owed.filter(({ decision }) => decision !== null).length,
    refused: owed.filter(({ decision }) => decision === "declined" || decision === "partly").length,
  };
}

const planted: fc.Arbitrary<Planted> = fc.record({
  kind: fc.constantFrom(...caseKinds),
  // Around both ends of the year, month ends and the present.
  receivedAt: fc.integer({ min: 0, max: 400 * 24 }).map((hours) => now.subtract({ hours })),
  replied: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
  ended: fc.double({ min: 0, max: 1000, noNaN: true }),
  decision: fc.constantFrom("approved", "partly", "declined", "completed", "cancelled", null),
});

describe("the figures", () => {
  it("are those counted by hand, for the whole, each kind and each month", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(planted, { maxLength: 25 }), async (list) => {
        await database.sql`delete from cases`;
        for (const one of list) await plant(one);
        const rows = await withRead(
          systemCtx("test", () => now),
          countIn,
        );
        const months = lastMonths(now, "UTC");
        const monthOf = (one: Planted) => one.receivedAt.toString().slice(0, 7);
        const inYear = list.filter((one) => months.includes(monthOf(one)));
        for (const row of rows) {
          const mine = inYear.filter(
            (one) =>
              (row.period === wholeYear || monthOf(one) === row.period) &&
              (row.kind === allKinds || one.kind === row.kind),
          );
          const { medianHours, ...counts } = byHand(mine);
          expect(row).toMatchObject(counts);
          if (medianHours === null || medianHours === undefined) expect(row.medianHours).toBeNull();
          else expect(row.medianHours).toBeCloseTo(medianHours, 4);
        }
        expect(rows).toHaveLength(1 + caseKinds.length + 12);
      }),
      { numRuns: 25 },
    );
  });

  it("a clock that ran out is missed, whether an answer came or not; forgetting the person changes nothing", async () => {
    const receivedAt = Temporal.Instant.from("2026-03-02T10:00:00Z");
    const base = { kind: "inquiry", receivedAt, ended: null, decision: null } as const;
    await plant({ ...base, replied: 71 });
    await plant({ ...base, replied: 73 });
    await plant({ ...base, replied: null });
    const [whole] = await withRead(
      systemCtx("test", () => now),
      countIn,
    );
    expect(whole).toMatchObject({ received: 3, replyDue: 3, replyInTime: 1, answered: 2 });
  });

  it("what a job handed to a company is received and in time, and says nothing about how long our replies take", async () => {
    const receivedAt = Temporal.Instant.from("2026-03-02T10:00:00Z");
    const base = { kind: "inquiry", receivedAt, decision: "completed" } as const;
    await plant({ ...base, replied: 30, ended: 30 });
    for (let n = 0; n < 3; n++) await plant({ ...base, replied: 0, ended: 0, handedOn: true });
    const [whole] = await withRead(
      systemCtx("test", () => now),
      countIn,
    );
    expect(whole).toMatchObject({ received: 4, replyDue: 4, replyInTime: 4, answered: 1, medianHours: 30, decided: 4 });
  });

  it("are counted once a day and read by anybody, but the lines themselves by nobody", async () => {
    for (let n = 0; n < 21; n++)
      await plant({
        ...{ kind: "inquiry", receivedAt: now.subtract({ hours: 24 * 40 + n }), replied: 5, ended: 6 },
        decision: "completed",
      });
    const live = await attainment(() => now);
    const system = systemCtx("test", () => now);
    await countAttainment(system);
    await countAttainment(system);
    const stored = await attainment(() => now);
    expect(stored).toEqual(live);
    expect(stored.whole).toEqual({ received: 21, replyInTime: 1, lawInTime: null, refused: 0, medianHours: 5 });
    // The other kinds are few, so this one is not shown beside the whole.
    expect(stored.kinds.find(({ kind }) => kind === "inquiry")?.received).toBeNull();
    const holder = holderCtx(await makePerson());
    expect(await withRead(holder, (tx) => tx.db.select().from(attainmentCounts))).toEqual([]);
    await database.sql`truncate attainment_counts`;
  });

  it("of every kind of month add up to no more than is shown", () => {
    const row = (period: string, kind: string, received: number): AttainmentRow => ({
      ...{ period, kind, position: 0, received, replyDue: received, replyInTime: received, lawDue: 0, lawInTime: 0 },
      ...{ answered: received, medianHours: 1, decided: received, refused: 0, countedAt: now },
    });
    const shown = shownOf(
      [
        row(wholeYear, allKinds, 125),
        ...caseKinds.map((kind, at) => row(wholeYear, kind, at === 0 ? 0 : at === 1 ? 25 : 20)),
        ...lastMonths(now, "UTC").map((month, at) => row(month, allKinds, at === 0 ? 5 : at === 1 ? 10 : 11)),
      ],
      20,
    );
    // One kind had none: another is hidden with it, so that it cannot be told.
    expect(shown.kinds.map(({ received }) => received)).toEqual([null, 25, null, 20, 20, 20, 20]);
    expect(shown.months.every(({ received }) => received === null)).toBe(true);
  });
});
