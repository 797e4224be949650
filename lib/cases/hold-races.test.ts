import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { config } from "@/trust-center.config";
import { systemCtx } from "../context";
import { onFaultPoint } from "../faults";
import { releaseHold } from "../holds/release-hold";
import { type HoldInput, requestHold } from "../holds/request-hold";
import { requestRelease } from "../holds/request-release";
import { setHold } from "../holds/set-hold";
import { carryOutDeletion } from "./carry-out-deletion";
import { expireDeletions } from "./expire-deletions";
import { resumeDeletions } from "./resume-deletions";
import { submitDeletion } from "./submit-deletion";

// Holds that begin or end while the engine works, and whose end is whose business.

const database = testDatabase();
const platform = demoPlatformPerTest();
afterEach(async () => {
  onFaultPoint();
  // Each test's platform is another one.
  await database.sql`truncate legal_holds, deletions cascade`;
});

const asSystem = systemCtx("test");
const start = Temporal.Now.instant().subtract({ hours: 24 * 8 });
const ends = start.add({ hours: config.deletion.graceDays * 24 });
const few = { least: 20, size: 7 };
const ago = (hours: number) => () => Temporal.Now.instant().subtract({ hours });

type User = { id: string; company_id: string; email: string };

async function technicians(): Promise<[User, User]> {
  const { rows } = await platform.client.query<User>(
    `select u.id, u.company_id, u.email from users u where u.role = 'technician'
       and exists (select 1 from devices d where d.user_id = u.id) order by u.created_at limit 2`,
  );
  if (!rows[0] || !rows[1]) throw new Error("the demo has not two technicians with a device");
  return [rows[0], rows[1]];
}

/** Who asked for deletion so long ago that the grace period is over, with more events than go in one transaction. */
async function due(user: User) {
  await platform.client.query(
    `insert into usage_events (id, occurred_at, company_id, user_id, feature, action)
     select 9000000 + n, now() - n * interval '9 days', $2, $1, 'f', 'a' from generate_series(1, 60) n`,
    [user.id, user.company_id],
  );
  const email = `p-${randomUUID()}@example.test`;
  const personId = await makePerson({ email, platformUserId: user.id, platformCompanyId: user.company_id });
  const made = await submitDeletion(
    holderCtx(personId, () => start),
    { scope: "person", confirmation: email },
  );
  if (!made.ok) throw new Error(made.reason);
  await expireDeletions(systemCtx("test", () => ends));
  return { personId, email, caseId: made.value.caseId };
}

async function requested(input: Partial<HoldInput> & { address: string }, clock?: () => Temporal.Instant) {
  const note = "A reason in a sentence.";
  const one = await makeStaff("officer");
  const made = await requestHold(staffCtx(one, "officer", clock), {
    ...{ scope: "person", ground: "legal-claim", note },
    ...input,
  } as HoldInput);
  if (!made.ok) throw new Error(made.reason);
  const { holdId } = made.value;
  const two = staffCtx(await makeStaff("officer"), "officer");
  const release = async () => {
    expect((await requestRelease(staffCtx(one, "officer"), { holdId, reason: note })).ok).toBe(true);
    expect((await releaseHold(two, { holdId })).ok).toBe(true);
  };
  return { set: async () => expect((await setHold(two, { holdId })).ok).toBe(true), release };
}
async function standing(input: Partial<HoldInput> & { address: string }) {
  const hold = await requested(input);
  await hold.set();
  return hold;
}

const devices = async ({ id }: User): Promise<number> =>
  (await platform.client.query("select count(*)::int as n from devices where user_id = $1", [id])).rows[0].n;
const once = (point: string, work: () => Promise<unknown>) => {
  let done = false;
  onFaultPoint(async (name) => {
    if (name !== point || done) return;
    done = true;
    await work();
  });
};
/** Whether the queue takes a waiting deletion up again by itself; as a worker would have, it begins with none waiting. */
const isResumed = async (caseId: string): Promise<boolean> => {
  await database.sql`delete from pgboss.job where name = 'deletion.carry-out'`;
  await resumeDeletions(asSystem);
  const found =
    await database.sql`select 1 from pgboss.job where name = 'deletion.carry-out' and data->>'caseId' = ${caseId}`;
  return found.length > 0;
};
const eventsOf = async (caseId: string) =>
  (await database.sql`select type from case_events where case_id = ${caseId} order by id`).map(({ type }) => type);

describe("a hold that begins while the engine works", () => {
  it("one that had lapsed, and is set: nothing it covers goes, and the next attempt knows it", async () => {
    const [user] = await technicians();
    const { caseId } = await due(user);
    const hold = await requested({ address: user.email, collection: "operno/devices" }, ago(24 * 5));
    const before = await devices(user);
    once("erasure.batch", hold.set);
    await expect(carryOutDeletion(asSystem, { caseId }, few)).rejects.toThrow();
    expect(await devices(user)).toBe(before);
    await carryOutDeletion(asSystem, { caseId }, few);
    expect(await devices(user)).toBe(before);
    expect(await database.sql`select 1 from deletions where case_id = ${caseId} and ended_at is null`).toHaveLength(1);
  });

  it("one asked for a moment before it began, and stored only after it had read the holds", async () => {
    const [user] = await technicians();
    const { caseId } = await due(user);
    const before = await devices(user);
    once("erasure.batch", () => requested({ address: user.email, collection: "operno/devices" }, ago(1)));
    await expect(carryOutDeletion(asSystem, { caseId }, few)).rejects.toThrow();
    expect(await devices(user)).toBe(before);
  });
});

describe("a hold that ends", () => {
  it("while the engine works, which read it as standing: the deletion goes on by itself", async () => {
    const [user] = await technicians();
    const hold = await standing({ address: user.email, collection: "operno/devices" });
    const { caseId } = await due(user);
    once("erasure.prepared", hold.release);
    await carryOutDeletion(asSystem, { caseId });
    expect(await devices(user)).toBeGreaterThan(0);
    expect(await isResumed(caseId)).toBe(true);
    await carryOutDeletion(asSystem, { caseId });
    expect(await devices(user)).toBe(0);
  });

  it("by lapsing lets it go on as well", async () => {
    const [user] = await technicians();
    await requested({ address: user.email, collection: "operno/devices" }, ago(config.holds.provisionalHours - 1));
    const { caseId } = await due(user);
    await carryOutDeletion(asSystem, { caseId });
    expect(await isResumed(caseId)).toBe(false);
    await database.sql`delete from pgboss.job where name = 'deletion.carry-out'`;
    await resumeDeletions(systemCtx("test", () => Temporal.Now.instant().add({ hours: 2 })));
    const found = await database.sql`select 1 from pgboss.job where name = 'deletion.carry-out'`;
    expect(found).toHaveLength(1);
  });

  it("of somebody else, or of rows that are nobody's business here, repeats nothing", async () => {
    const [user, other] = await technicians();
    await standing({ address: user.email, collection: "operno/devices" });
    const whole = await standing({ address: other.email });
    const empty = await standing({
      ...{ address: user.email, collection: "operno/usage_events", from: "1999-01-01", until: "2000-01-01" },
    });
    const { caseId } = await due(user);
    await carryOutDeletion(asSystem, { caseId });
    const [run] = await database.sql`select kept_by from erasure_runs where case_id = ${caseId}`;
    expect(run?.kept_by).toHaveLength(1);
    await whole.release();
    await empty.release();
    expect(await isResumed(caseId)).toBe(false);
  });

  it("while another one keeps the same rows: it is looked at once, and then only the other one is waited for", async () => {
    const [user] = await technicians();
    const first = await standing({ address: user.email, collection: "operno/devices" });
    const second = await standing({ address: user.email, collection: "operno/devices" });
    const { caseId } = await due(user);
    await carryOutDeletion(asSystem, { caseId });
    await second.release();
    expect(await isResumed(caseId)).toBe(true);
    await carryOutDeletion(asSystem, { caseId });
    expect(await devices(user)).toBeGreaterThan(0);
    expect(await isResumed(caseId)).toBe(false);
    await first.release();
    expect(await isResumed(caseId)).toBe(true);
    await carryOutDeletion(asSystem, { caseId });
    expect(await devices(user)).toBe(0);
  });

  it("while another one keeps the same rows says nothing anew: no second message, receipt or mail", async () => {
    const [user] = await technicians();
    await standing({ address: user.email, collection: "operno/devices" });
    const second = await standing({ address: user.email, collection: "operno/devices" });
    const { caseId, email } = await due(user);
    await carryOutDeletion(asSystem, { caseId });
    const told = async () => ({
      mails: (await mailsTo(database.sql, email)).length,
      receipts: (await database.sql`select 1 from receipts where case_id = ${caseId}`).length,
      events: await eventsOf(caseId),
    });
    const before = await told();
    await second.release();
    expect(await isResumed(caseId)).toBe(true);
    await carryOutDeletion(asSystem, { caseId });
    expect(await told()).toEqual(before);
    // Its end is over with that: only the other one is waited for.
    expect(await isResumed(caseId)).toBe(false);
  });
});
