import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { systemCtx } from "../context";
import { withRead } from "../db/transaction";
import { newId } from "../ids";
import { graceHours, periodStandings } from "./kept-periods";
import { measureAll } from "./standing";

const database = testDatabase();
afterEach(() => database.sql`truncate retention_sweeps, retention_runs, retention_canaries`.then(() => {}));

const now = Temporal.Instant.from("2027-03-01T12:00:00Z");
const standing = async (at = now) =>
  (
    await withRead(
      systemCtx("test", () => at),
      periodStandings,
    )
  ).get("usage");

async function ended(hoursAgo: number, run: { deleted?: number; emptied?: number; held?: number; leftOver?: number }) {
  const [id, at] = [newId(), now.subtract({ hours: hoursAgo }).toString()];
  await database.sql`insert into retention_sweeps (id, kind, at, policy_number, active_at, finished_at) values (${id}, 'sweep', ${at}, 1, ${at}, ${at})`;
  await database.sql`insert into retention_runs (id, sweep_id, system, rule, collection, deleted, emptied, held, left_over)
    values (${newId()}, ${id}, 'operno', 'usage', 'access_logs', ${run.deleted ?? 0}, ${run.emptied ?? 0}, ${run.held ?? 0}, ${run.leftOver ?? 0})`;
}
const planted = (dueHoursAgo: number) =>
  database.sql`insert into retention_canaries (id, rule, since, due_at, planted_at)
    values (${newId()}, 'usage', '2025-01-01', ${now.subtract({ hours: dueHoursAgo }).toString()}, '2027-01-01')`;

/** Sweeps that fail since the first one, which began then. */
async function failing(hoursAgo: number) {
  for (const hours of [hoursAgo, 1]) {
    const at = now.subtract({ hours }).toString();
    await database.sql`insert into retention_sweeps (id, kind, at, policy_number, active_at, finished_at, failed_at)
      values (${newId()}, 'sweep', ${at}, 1, ${at}, ${hours === 1 ? null : at}, ${hours === 1 ? null : at})`;
  }
}

describe("how a period stands", () => {
  it("is not measured before a sweep ended, and the page says so", async () => {
    expect(await standing()).toBeUndefined();
    expect((await measureAll(() => now)).byId["retain.usage"].state).toBe("not-measured");
    await failing(graceHours - 1);
    expect(await standing()).toBeUndefined();
  });

  it("says apart what went and what stays as an empty row", async () => {
    await ended(1, { deleted: 20, emptied: 1041 });
    expect(await standing()).toMatchObject({ gone: 20, emptied: 1041 });
    expect((await measureAll(() => now)).byId["retain.usage"]).toMatchObject({
      evidence: "The last sweep deleted 20 records, and emptied 1,041, whose time was over; nothing else was due.",
    });
  });

  it("is kept with what the last sweep did as evidence", async () => {
    await ended(20, { deleted: 5, held: 2 });
    await ended(1, { deleted: 1200, held: 1 });
    await planted(graceHours - 1);
    expect(await standing()).toMatchObject({ gone: 1200, held: 1, late: null });
    const shown = (await measureAll(() => now)).byId["retain.usage"];
    expect(shown).toMatchObject({
      state: "kept",
      evidence:
        "The last sweep deleted 1,200 records whose time was over; nothing else was due. 1 record stays on a legal ground.",
    });
  });

  it.each([
    ["no sweep ended in time", () => ended(graceHours + 1, {}), /No sweep has ended/],
    ["none ever ended although they begin", () => failing(graceHours + 1), /No sweep has ended since they began/],
    ["a planted row outlived its time", () => ended(1, {}).then(() => planted(graceHours + 1)), /planted/],
    [
      "two sweeps in a row left something behind",
      () => ended(25, { leftOver: 1 }).then(() => ended(1, { leftOver: 3 })),
      /Two sweeps in a row/,
    ],
  ])("is late when %s, at the promise as well", async (_, arrange, words) => {
    await arrange();
    expect((await standing())?.late).toMatch(words);
    const shown = (await measureAll(() => now)).byId["retain.usage"];
    expect(shown.state).toBe("broken");
    expect(shown.evidence).toMatch(words);
  });

  it("one sweep that left something is no alarm yet, and a failed one is no evidence", async () => {
    await ended(25, {});
    await ended(1, { leftOver: 3 });
    expect(await standing()).toMatchObject({ late: null, leftOver: 3 });
    await database.sql`update retention_sweeps set failed_at = finished_at where at > ${now.subtract({ hours: 2 }).toString()}`;
    expect(await standing()).toMatchObject({ leftOver: 0 });
  });
});
