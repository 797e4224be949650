import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson } from "@/test/people";
import { config } from "@/trust-center.config";
import { systemCtx } from "../context";
import type { Fate } from "../erasure/execute";
import { onFaultPoint } from "../faults";
import { carryOutDeletion } from "./carry-out-deletion";
import { expireDeletions } from "./expire-deletions";
import { submitDeletion } from "./submit-deletion";

// What the platform writes about somebody while they are erased.

const database = testDatabase();
const platform = demoPlatformPerTest();
afterEach(() => onFaultPoint());

const asSystem = systemCtx("test");
const start = Temporal.Instant.from("2026-11-23T12:00:00Z");
const over = start.add({ hours: config.deletion.graceDays * 24 });
const query = async (sql: string, values: unknown[]) => (await platform.client.query(sql, values)).rows;

async function due(scope: "person" | "company" = "person") {
  const role = scope === "company" ? "owner" : "technician";
  const [user] = await query(
    `select u.id, u.company_id from users u where u.role = $1 and exists (select 1 from devices d where d.user_id = u.id)
     order by u.created_at limit 1`,
    [role],
  );
  await platform.client.query("update invoices set paid_at = now() where paid_at is null");
  const email = `m-${platform.name}@example.test`;
  const person = await makePerson({
    ...{ email, platformUserId: user.id, platformCompanyId: user.company_id },
    platformOwner: role === "owner",
  });
  const made = await submitDeletion(
    holderCtx(person, () => start),
    { scope, confirmation: email },
  );
  if (!made.ok) throw new Error(made.reason);
  await expireDeletions(systemCtx("test", () => over));
  return { caseId: made.value.caseId, userId: String(user.id), companyId: String(user.company_id) };
}
type Due = Awaited<ReturnType<typeof due>>;

let id = 9_000_000;
/** Neither column has a foreign key: nothing but a search finds these. */
const visit = async ({ userId, companyId }: Due) => {
  await query(
    "insert into usage_events (id, occurred_at, company_id, user_id, feature, action) values ($1, now(), $2, $3, 'f', 'a')",
    [++id, companyId, userId],
  );
  await query(
    "insert into access_logs (id, company_id, user_id, method, path, status, logged_at) values ($1, $2, $3, 'GET', '/', 200, now())",
    [id, companyId, userId],
  );
};
/** Before somebody signs in an event knows only its device. */
const eventsOf = async ({ userId, companyId }: Due, scope: "person" | "company" = "person"): Promise<number> => {
  const theirs = "user_id = $1 or (user_id is null and device_id in (select id from devices where user_id = $1))";
  const where = scope === "company" ? "company_id = $1" : theirs;
  const [row] = await query(`select count(*)::int as n from usage_events where ${where}`, [
    scope === "company" ? companyId : userId,
  ]);
  return row.n;
};
const leftOf = async ({ userId }: Due) =>
  (
    await query(
      "select (select count(*)::int from usage_events where user_id = $1) as events, (select count(*)::int from access_logs where user_id = $1) as logs",
      [userId],
    )
  )[0];
const runOf = async ({ caseId }: Due) => {
  const [run] = await database.sql`select * from erasure_runs where case_id = ${caseId}`;
  const fates = (run?.fates ?? []) as Fate[];
  return { run, deleted: (name: string) => fates.find(({ collection }) => collection === name)?.deleted };
};
const endOf = async ({ caseId }: Due) =>
  (await database.sql`select ended_at from deletions where case_id = ${caseId}`)[0]?.ended_at;

describe("what is written while somebody is erased", () => {
  it.each(["person", "company"] as const)("goes before the case ends, and is counted (%s scope)", async (scope) => {
    const one = await due(scope);
    const before = await eventsOf(one, scope);
    let times = 0;
    onFaultPoint(async (name) => {
      if (name === "erasure.prepared" && ++times === 1) await visit(one);
    });
    await carryOutDeletion(asSystem, one);
    expect(await leftOf(one)).toEqual({ events: 0, logs: 0 });
    expect(times).toBe(2);
    expect((await runOf(one)).deleted("usage_events")).toBe(before + 1);
    expect(await endOf(one)).not.toBeNull();
  });

  it("by a transaction that ends a little later is waited for", async () => {
    const one = await due();
    let times = 0;
    let ends: Promise<unknown> | undefined;
    onFaultPoint(async (name) => {
      if (name !== "erasure.prepared" || ++times > 1) return;
      await platform.client.query("begin");
      await visit(one);
      ends = new Promise((done) => setTimeout(done, 300)).then(() => platform.client.query("commit"));
    });
    await carryOutDeletion(asSystem, one);
    await ends;
    expect(await leftOf(one)).toEqual({ events: 0, logs: 0 });
  });

  it("leads on: what hangs on a new row of theirs goes with it", async () => {
    const one = await due();
    let times = 0;
    let written: Promise<unknown> | undefined;
    onFaultPoint((name) => {
      if (name !== "erasure.prepared" || ++times > 1) return;
      // It waits for the account's row, which the erasure holds until it lasts.
      written = platform.client.query(
        `begin; insert into devices (id, user_id, hardware_id, first_seen_at, last_seen_at)
           values (gen_random_uuid(), '${one.userId}', 'hw-meanwhile', now(), now());
         insert into error_reports (id, hardware_id, message, reported_at) values (gen_random_uuid(), 'hw-meanwhile', 'm', now()); commit`,
      );
    });
    await carryOutDeletion(asSystem, one);
    await written;
    expect(times).toBe(2);
    expect(await query("select 1 from devices where hardware_id = 'hw-meanwhile'", [])).toEqual([]);
    expect(await query("select 1 from error_reports where hardware_id = 'hw-meanwhile'", [])).toEqual([]);
  });

  it("again and again ends on the desk, and the next attempt goes on with true counts", async () => {
    const one = await due();
    const events = await eventsOf(one);
    let times = 0;
    onFaultPoint(async (name) => {
      if (name !== "erasure.prepared") return;
      times++;
      await visit(one);
    });
    await expect(carryOutDeletion(asSystem, one)).rejects.toThrow(/usage_events: 1 rows were written meanwhile/);
    expect(times).toBe(4);
    expect((await runOf(one)).run).toMatchObject({ finished_at: null, failed_at: expect.anything() });
    expect(await endOf(one)).toBeNull();
    onFaultPoint();
    await carryOutDeletion(asSystem, one);
    expect(await leftOf(one)).toEqual({ events: 0, logs: 0 });
    expect((await runOf(one)).deleted("usage_events")).toBe(events + 4);
    expect(await endOf(one)).not.toBeNull();
  });

  it.each([
    ["erasure.prepared", 2],
    ["erasure.lasting", 1],
  ])(
    "H1: dead at %s for the %i. time, the next attempt finds the rest, and its counts are true",
    async (point, nth) => {
      const one = await due();
      const events = await eventsOf(one);
      let prepared = 0;
      let times = 0;
      onFaultPoint(async (name) => {
        if (name === "erasure.prepared" && ++prepared === 1) await visit(one);
        if (name === point && ++times === nth) throw new Error("died");
      });
      await expect(carryOutDeletion(asSystem, one)).rejects.toThrow();
      onFaultPoint();
      if (point === "erasure.lasting") await visit(one);
      await carryOutDeletion(asSystem, one);
      expect(await leftOf(one)).toEqual({ events: 0, logs: 0 });
      expect((await runOf(one)).deleted("usage_events")).toBe(events + (point === "erasure.lasting" ? 2 : 1));
      expect((await runOf(one)).deleted("devices")).toBeGreaterThan(0);
    },
  );
});
