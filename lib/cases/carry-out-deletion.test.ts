import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { config } from "@/trust-center.config";
import { systemCtx } from "../context";
import { onFaultPoint } from "../faults";
import { requestHold } from "../holds/request-hold";
import { cancelDeletion } from "./cancel-deletion";
import { carryOutDeletion } from "./carry-out-deletion";
import { decideCase } from "./decide-case";
import { expireDeletions } from "./expire-deletions";
import type { PreviewItem } from "./preview-deletion";
import { caseForSubject } from "./queries";
import { resumeDeletions } from "./resume-deletions";
import { submitDeletion } from "./submit-deletion";

const database = testDatabase();
const platform = demoPlatformPerTest();
afterEach(() => onFaultPoint());

const asSystem = systemCtx("test");
const start = Temporal.Instant.from("2026-11-23T12:00:00Z");
const ends = start.add({ hours: config.deletion.graceDays * 24 });

/** A technician of the demo who asked for deletion, its grace period over. */
async function due(also?: string) {
  const { rows } = await platform.client.query(
    `select u.id, u.company_id, u.email from users u where u.role = 'technician'
       and exists (select 1 from devices d where d.user_id = u.id)
       and exists (select 1 from schedule_entries s where s.user_id = u.id) order by u.created_at limit 1`,
  );
  const [user] = rows;
  if (also) await platform.client.query(also, [user.id, user.company_id]);
  const person = await makePerson({
    email: `t-${platform.name}@example.test`,
    platformUserId: user.id,
    platformCompanyId: user.company_id,
  });
  const made = await submitDeletion(
    holderCtx(person, () => start),
    { scope: "person", confirmation: `t-${platform.name}@example.test` },
  );
  if (!made.ok) throw new Error(made.reason);
  await expireDeletions(systemCtx("test", () => ends));
  return { person, userId: String(user.id), email: String(user.email), ...made.value };
}

const left = async (userId: string) => {
  const { rows } = await platform.client.query(
    "select (select count(*)::int from devices where user_id = $1) as devices, (select email from users where id = $1) as email",
    [userId],
  );
  return rows[0] as { devices: number; email: string };
};
const runs = (caseId: string) => database.sql`select * from erasure_runs where case_id = ${caseId}`;
const audits = async (caseId: string) =>
  (await database.sql`select action from audit_entries where object_id = ${caseId} order by id`).map(
    ({ action }) => action,
  );

describe("a deletion whose grace period is over", () => {
  it("is carried out, stands on the person's page with its counts, and can no longer be cancelled", async () => {
    const { person, userId, email, caseId, reference } = await due();
    const [job] =
      await database.sql`select data from pgboss.job where name = 'deletion.carry-out' and data->>'caseId' = ${caseId}`;
    expect(job?.data).toEqual({ caseId });
    await carryOutDeletion(asSystem, { caseId });
    expect(await left(userId)).toMatchObject({ devices: 0 });
    expect((await left(userId)).email).not.toBe(email);
    const found = await caseForSubject(holderCtx(person), reference);
    expect(found).toMatchObject({ decision: "approved", status: { word: "Done" } });
    expect(found?.deletion?.endedAt).toBeTruthy();
    expect(found?.erasure).toHaveLength(1);
    expect(found?.erasure[0]?.items.find(({ label }) => label === "Devices")?.deleted).toBeGreaterThan(0);
    const event = found?.events.find(({ type }) => type === "deletion.carried-out");
    const sum = found?.erasure[0]?.items.reduce((all, { deleted }) => all + deleted, 0);
    expect(event?.detail.deleted).toBe(sum);
    // What was shown before confirming is what was done.
    const [asked] = await database.sql`select preview from deletions where case_id = ${caseId}`;
    const shown = ((asked?.preview as { items: PreviewItem[] } | undefined)?.items ?? []).filter(
      ({ action }) => action === "delete",
    );
    expect(shown.reduce((all, { rows }) => all + rows, 0)).toBe(sum);
    expect(await audits(caseId)).toContain("deletion.carried-out");
    expect(await cancelDeletion(holderCtx(person), { reference })).toEqual({ ok: false, reason: "already-done" });
    // Nobody else's request tells of it.
    expect(await caseForSubject(holderCtx(await makePerson()), reference)).toBeNull();

    const agent = await makeStaff("agent");
    const decide = (decision: "approved" | "declined", revision: number) =>
      decideCase(staffCtx(agent, "agent"), {
        ...{ caseId, revision, text: "It is done." },
        ...(decision === "declined" ? { decision, ground: "legal-claims" as const } : { decision }),
      });
    const revision = found?.revision ?? 0;
    for (const decision of ["declined", "approved"] as const)
      expect(await decide(decision, revision)).toEqual({ ok: false, reason: "already-done" });
    const mails = await mailsTo(database.sql, `t-${platform.name}@example.test`);
    expect(mails.filter(({ template }) => template === "erasure-receipt")).toHaveLength(1);
  });

  it("R2: twice, and by two workers at once, has the effect of once", async () => {
    const { caseId } = await due();
    await Promise.allSettled([carryOutDeletion(asSystem, { caseId }), carryOutDeletion(asSystem, { caseId })]);
    await carryOutDeletion(asSystem, { caseId });
    const [run] = await runs(caseId);
    expect(run?.finished_at).not.toBeNull();
    expect((await audits(caseId)).filter((action) => action === "deletion.carried-out")).toHaveLength(1);
    const fates = run?.fates as { collection: string; deleted: number }[];
    expect(fates.find(({ collection }) => collection === "devices")?.deleted).toBeGreaterThan(0);
  });

  it.each(["erasure.prepared", "erasure.lasting"])(
    "H1: dead at %s, the next attempt ends it with true counts",
    async (point) => {
      const { userId, caseId } = await due();
      const held = (await left(userId)).devices;
      onFaultPoint((name) => {
        if (name === point) throw new Error("died");
      });
      await expect(carryOutDeletion(asSystem, { caseId })).rejects.toThrow();
      // Before it lasts nothing is gone; after, all is, and the counts are on record already.
      expect((await left(userId)).devices).toBe(point === "erasure.prepared" ? held : 0);
      onFaultPoint();
      await carryOutDeletion(asSystem, { caseId });
      const [run] = await runs(caseId);
      const fates = run?.fates as { collection: string; deleted: number }[];
      expect(fates.find(({ collection }) => collection === "devices")?.deleted).toBe(held);
      expect(await left(userId)).toMatchObject({ devices: 0 });
      expect(run?.failed_at).toBeNull();
    },
  );

  it("S31: what stops it is on the desk in names of tables alone, and the next attempt goes on", async () => {
    const { userId, caseId, person, reference } = await due();
    await platform.client.query("alter table access_logs rename to gone");
    await expect(carryOutDeletion(asSystem, { caseId })).rejects.toThrow(/access_logs: there is no table/);
    const held = await left(userId);
    expect(held.devices).toBeGreaterThan(0);
    const [run] = await runs(caseId);
    expect(run).toMatchObject({
      finished_at: null,
      failure: "operno.access_logs: there is no table public.access_logs (any more)",
    });
    expect((await caseForSubject(holderCtx(person), reference))?.status.word).toBe("Deleting");
    await platform.client.query("alter table gone rename to access_logs");
    await carryOutDeletion(asSystem, { caseId });
    expect((await left(userId)).devices).toBe(0);
  });

  it("R10: that began is taken up again when its job is gone, unless that lies with the failed ones", async () => {
    const { caseId } = await due();
    await platform.client.query("alter table access_logs rename to gone");
    await expect(carryOutDeletion(asSystem, { caseId })).rejects.toThrow();
    const resumed = async () => {
      await database.sql`delete from pgboss.job where name = 'deletion.carry-out'`;
      await resumeDeletions(asSystem);
      return (
        await database.sql`select 1 from pgboss.job where name = 'deletion.carry-out' and data->>'caseId' = ${caseId}`
      ).length;
    };
    expect(await resumed()).toBe(1);
    await database.sql`
      insert into pgboss.job (name, data, source_name) values ('dead-letter', ${database.sql.json({ caseId })}, 'deletion.carry-out')`;
    expect(await resumed()).toBe(0);
  });

  it("R2: whose second pass fell before its first row goes on with that one, also when its job is gone", async () => {
    const { caseId } = await due();
    await requestHold(staffCtx(await makeStaff("officer"), "officer"), {
      ...{ scope: "collection", collection: "operno/devices", ground: "legal-claim", note: "A reason in a sentence." },
    });
    await carryOutDeletion(asSystem, { caseId });
    await database.sql`update deletions set pass = 2 where case_id = ${caseId}`;
    await database.sql`delete from pgboss.job where name in ('deletion.carry-out', 'dead-letter')`;
    await resumeDeletions(asSystem);
    const jobs =
      await database.sql`select 1 from pgboss.job where name = 'deletion.carry-out' and data->>'caseId' = ${caseId}`;
    expect(jobs).toHaveLength(1);
    await carryOutDeletion(asSystem, { caseId });
    expect((await runs(caseId)).map(({ pass }) => pass).toSorted()).toEqual([1, 2]);
    await database.sql`truncate legal_holds`;
  });

  it("cancelled in the last moment nothing is erased", async () => {
    const { userId, caseId, person, reference } = await due();
    expect((await cancelDeletion(holderCtx(person), { reference })).ok).toBe(true);
    await carryOutDeletion(asSystem, { caseId });
    expect((await left(userId)).devices).toBeGreaterThan(0);
    expect(await runs(caseId)).toHaveLength(0);
  });
});

describe("a deletion of more rows than one transaction should take", () => {
  const few = { least: 20, size: 7 };
  /** Somebody with a history of use, in several partitions and in a table without any. */
  async function busy() {
    const found = await due(
      `insert into usage_events (id, occurred_at, company_id, user_id, feature, action)
       select 9000000 + n, now() - n * interval '9 days', $2, $1, 'f', 'a' from generate_series(1, 60) n`,
    );
    // Also those from before signing in, which lead to the device alone.
    const [asked] = await database.sql`select preview from deletions where case_id = ${found.caseId}`;
    const items = ((asked?.preview as { items: PreviewItem[] } | undefined)?.items ?? []).filter(
      ({ collection, action }) => collection === "usage_events" && action === "delete",
    );
    expect(items).toHaveLength(1);
    return { ...found, events: items[0]?.rows ?? 0 };
  }
  const eventsOf = async (userId: string) => {
    const { rows } = await platform.client.query("select count(*)::int as n from usage_events where user_id = $1", [
      userId,
    ]);
    return rows[0].n as number;
  };
  const deletedOf = async (caseId: string) => {
    const [run] = await runs(caseId);
    return ((run?.fates ?? []) as { collection: string; deleted: number }[]).find(
      ({ collection }) => collection === "usage_events",
    )?.deleted;
  };

  it("goes in batches, and is counted whole", async () => {
    const { userId, caseId, events } = await busy();
    let batches = 0;
    onFaultPoint((name) => {
      if (name === "erasure.batch") batches++;
    });
    await carryOutDeletion(asSystem, { caseId }, few);
    expect(batches).toBeGreaterThanOrEqual(Math.floor(events / few.size));
    expect(await eventsOf(userId)).toBe(0);
    expect(await deletedOf(caseId)).toBe(events);
  });

  it.each([1, 3, 8])(
    "H1: dead at batch %i, before it lasts, the next attempt goes on and the counts are true",
    async (at) => {
      const { userId, caseId, events } = await busy();
      let seen = 0;
      onFaultPoint((name) => {
        if (name === "erasure.batch" && ++seen === at) throw new Error("died");
      });
      await expect(carryOutDeletion(asSystem, { caseId }, few)).rejects.toThrow();
      const left = await eventsOf(userId);
      expect(left).toBeLessThanOrEqual(events);
      expect(left).toBeGreaterThan(0);
      // The account itself is whole until everything else is gone.
      expect(
        (await platform.client.query("select 1 from devices where user_id = $1", [userId])).rowCount,
      ).toBeGreaterThan(0);
      onFaultPoint();
      await carryOutDeletion(asSystem, { caseId }, few);
      expect(await eventsOf(userId)).toBe(0);
      expect(await deletedOf(caseId)).toBe(events);
    },
  );

  it("stops between batches when a hold is asked for", async () => {
    const { userId, email, caseId } = await busy();
    let seen = 0;
    let asked: Promise<unknown> | undefined;
    const officer = staffCtx(await makeStaff("officer"), "officer");
    onFaultPoint(async (name) => {
      if (name !== "erasure.batch" || ++seen !== 2) return;
      asked = requestHold(officer, {
        ...{ scope: "person", address: email, ground: "legal-claim", note: "A reason in a sentence." },
      });
      await asked;
    });
    await expect(carryOutDeletion(asSystem, { caseId }, few)).rejects.toThrow();
    expect(await asked).toMatchObject({ ok: true });
    const left = await eventsOf(userId);
    expect(left).toBeGreaterThan(0);
    onFaultPoint();
    await carryOutDeletion(asSystem, { caseId }, few);
    expect(await eventsOf(userId)).toBe(left);
    await database.sql`truncate legal_holds`;
  });
});
