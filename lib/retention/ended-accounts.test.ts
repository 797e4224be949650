import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { makePerson, makeStaff, staffCtx } from "@/test/people";
import { systemCtx } from "../context";
import { onFaultPoint } from "../faults";
import { requestHold } from "../holds/request-hold";
import { setHold } from "../holds/set-hold";
import { retentionNow } from "./queries";
import { runSweep } from "./run-sweep";
import { sweepOwn } from "./sweep-own";

// Whose account a sweep ended on the platform is forgotten here as well: account data is kept 90 days after closure, and no longer.

const database = testDatabase();
const platform = demoPlatformPerTest();
beforeEach(() => platform.client.query("update users set closed_at = null"));
afterEach(async () => {
  onFaultPoint();
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries, legal_holds, ended_accounts`;
});

const start = Temporal.Instant.from("2027-03-01T12:00:00Z");
const at = (moment: Temporal.Instant) => systemCtx("test", () => moment);
const later = (period: string, seconds = 0) => start.toZonedDateTimeISO("UTC").add(period).add({ seconds }).toInstant();
const sweep = (moment: Temporal.Instant) => runSweep(at(moment), { watch: false });

type User = { id: string; company_id: string; email: string };

async function technicians(): Promise<[User, User]> {
  const { rows } = await platform.client.query<User>(
    "select id, company_id, email from users where role = 'technician' and company_id = (select id from companies order by created_at, id limit 1) order by id limit 2",
  );
  if (!rows[0] || !rows[1]) throw new Error("the demo's first company has not two technicians");
  return [rows[0], rows[1]];
}
const here = (user: User) => makePerson({ platformUserId: user.id, platformCompanyId: user.company_id });
const isForgotten = async (personId: string) =>
  (await database.sql`select erased_at from people where id = ${personId}`)[0]?.erased_at !== null;
const noted = () => database.sql`select platform_user_id, ended_at from ended_accounts`;

describe("an account that a sweep ended", () => {
  it("is forgotten here: the person who left alone, not a second earlier, and its rule says so", async () => {
    const [left, stays] = await technicians();
    const [gone, other] = [await here(left), await here(stays)];
    await platform.client.query("update users set closed_at = $2 where id = $1", [left.id, start.toString()]);
    await sweep(later("P90D", -1));
    await sweepOwn(at(later("P90D", -1)));
    expect(await isForgotten(gone)).toBe(false);
    await sweep(later("P90D"));
    await sweepOwn(at(later("P91D", 1)));
    expect(await isForgotten(gone)).toBe(true);
    expect(await isForgotten(other)).toBe(false);
    expect(await noted()).toHaveLength(0);
    const own = (await retentionNow(() => later("P91D", 2))).own.find(({ name }) => name === "ended-accounts");
    expect(own).toMatchObject({ run: { deleted: 1, leftOver: 0 }, late: null });
    const entries = await database.sql`
      select 1 from audit_entries where action = 'person.forgotten' and object_id = ${gone}`;
    expect(entries).toHaveLength(1);
  });

  it("with its company everybody is, also when the sweep died in between", async () => {
    const both = await technicians();
    const people = [await here(both[0]), await here(both[1])];
    await platform.client.query("update companies set closed_at = $2 where id = $1", [
      both[0].company_id,
      start.toString(),
    ]);
    for (const point of ["retention.account-noted", "retention.account-lasting"]) {
      onFaultPoint((name) => {
        if (name === point) throw new Error("died");
      });
      await expect(sweep(later("P90D"))).rejects.toThrow("died");
      await sweepOwn(at(later("P90D")));
      for (const person of people) expect(await isForgotten(person)).toBe(false);
    }
    onFaultPoint();
    await sweep(later("P90D"));
    await sweepOwn(at(later("P90D")));
    for (const person of people) expect(await isForgotten(person)).toBe(true);
    expect(await noted()).toHaveLength(0);
  });

  it("not while a hold keeps something back, and not when it was opened in the last moment", async () => {
    const [held, opened] = await technicians();
    const [one, two] = [await here(held), await here(opened)];
    await platform.client.query("update users set closed_at = $1 where id = any($2)", [
      start.toString(),
      [held.id, opened.id],
    ]);
    const moment = later("P90D");
    const officer = async () => staffCtx(await makeStaff("officer"), "officer", () => moment);
    const made = await requestHold(await officer(), {
      ...{ scope: "person", address: held.email, ground: "legal-claim", note: "A reason in a sentence." },
    });
    if (!made.ok) throw new Error(made.reason);
    expect((await setHold(await officer(), made.value)).ok).toBe(true);
    onFaultPoint(async (point) => {
      if (point === "retention.account-found")
        await platform.client.query("update users set closed_at = null where id = $1", [opened.id]);
    });
    await sweep(moment);
    await sweepOwn(at(later("P95D")));
    expect([await isForgotten(one), await isForgotten(two)]).toEqual([false, false]);
    expect((await noted()).map((row) => [row.platform_user_id, row.ended_at])).toEqual([[held.id, null]]);
    await database.sql`truncate legal_holds`;
    await sweep(later("P96D"));
    await sweepOwn(at(later("P96D")));
    expect([await isForgotten(one), await isForgotten(two)]).toEqual([true, false]);
  });
});
