import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson } from "@/test/people";
import { config } from "@/trust-center.config";
import { carryOutDeletion } from "../cases/carry-out-deletion";
import { expireDeletions } from "../cases/expire-deletions";
import { forgetPeople } from "../cases/forget-people";
import { resumeDeletions } from "../cases/resume-deletions";
import { submitDeletion } from "../cases/submit-deletion";
import { systemCtx } from "../context";
import { withRead, withTransaction } from "../db/transaction";
import { onFaultPoint } from "../faults";
import { keptBack } from "../holds/kept-back";
import { newId } from "../ids";
import { queueMail } from "../mail/queue-mail";
import { sendQueuedMail } from "../mail/send-queued-mail";
import { runSweep } from "../retention/run-sweep";
import { sweepOwn } from "../retention/sweep-own";
import { answerQuestions } from "./answer-questions";
import { objectToUse } from "./object-to-use";
import { restrictUse } from "./restrict-use";
import { takeBack } from "./take-back";
import { tendRecords } from "./tend-records";
import type { RestrictionBasis } from "./words";

const database = testDatabase();
const platform = demoPlatformPerTest();
afterEach(async () => {
  onFaultPoint();
  await database.sql`update cases set closed_at = coalesce(closed_at, now()), decided_at = coalesce(decided_at, now()), decision = coalesce(decision, 'completed')`;
  await database.sql.begin(async (sql) => {
    await sql`select set_config('tc.actor', 'system', true)`;
    await sql`delete from processing_records`;
  });
  // The next test has the same accounts in a platform of its own.
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries, ended_accounts`;
});

/** Everything in the demo that ages is over by then. */
const late = Temporal.Instant.from("2035-01-01T00:00:00Z");

async function someone(like = "tomasz.novak@%") {
  const { rows } = await platform.client.query("select id, company_id, email from users where email like $1", [like]);
  const [user] = rows as { id: string; company_id: string; email: string }[];
  const ids = { platformUserId: String(user?.id), platformCompanyId: String(user?.company_id) };
  const email = `${newId()}.${user?.email}`;
  const personId = await makePerson({ ...ids, email });
  return { ...ids, personId, email, ctx: (clock?: () => Temporal.Instant) => holderCtx(personId, clock) };
}
const restrict = async (
  one: Awaited<ReturnType<typeof someone>>,
  basis: RestrictionBasis,
  clock?: () => Temporal.Instant,
) => {
  const made = await restrictUse(one.ctx(clock), { purpose: "", basis, idempotencyKey: newId() });
  if (!made.ok) throw new Error(made.reason);
  // Not an open request, which keeps data from sweeps by itself.
  await database.sql`update cases set closed_at = now(), decided_at = now(), decision = 'approved' where reference = ${made.value.reference}`;
  await database.sql`update case_clocks set stopped_at = now()
    where case_id in (select id from cases where reference = ${made.value.reference})`;
  return made.value.recordId;
};
const logsOf = async (id: string) =>
  Number(
    (await platform.client.query("select count(*)::int as n from access_logs where user_id = $1", [id])).rows[0]?.n,
  );
const nameOf = async (id: string) =>
  (await platform.client.query("select full_name from users where id = $1", [id])).rows[0]?.full_name as
    | string
    | undefined;

describe("a sweep", () => {
  it("L7: leaves what a person had restricted so that it is kept, until that ends", async () => {
    const one = await someone();
    const before = await logsOf(one.platformUserId);
    expect(before).toBeGreaterThan(0);
    const recordId = await restrict(one, "claims");
    await runSweep(
      systemCtx("test", () => late),
      { watch: false },
    );
    expect(await logsOf(one.platformUserId)).toBe(before);
    expect((await takeBack(one.ctx(), { recordId })).ok).toBe(true);
    await runSweep(
      systemCtx("test", () => late.add({ hours: 24 })),
      { watch: false },
    );
    expect(await logsOf(one.platformUserId)).toBe(0);
  });

  it("deletes on time what is restricted for another reason: its use stops, its time does not", async () => {
    const one = await someone();
    await restrict(one, "accuracy");
    await runSweep(
      systemCtx("test", () => late),
      { watch: false },
    );
    expect(await logsOf(one.platformUserId)).toBe(0);
  });
});

describe("an erasure", () => {
  const erase = async (one: Awaited<ReturnType<typeof someone>>, clock: () => Temporal.Instant) => {
    const made = await submitDeletion(one.ctx(clock), { scope: "person", confirmation: one.email });
    if (!made.ok) throw new Error(made.reason);
    const after = () => clock().add({ hours: 24 * config.deletion.graceDays + 1 });
    return { caseId: made.value.caseId, after };
  };
  const carryOut = async (caseId: string, clock: () => Temporal.Instant) => {
    await expireDeletions(systemCtx("test", clock));
    await carryOutDeletion(systemCtx("test", clock), { caseId });
    const [row] = await database.sql`select carried_out_at, ended_at from deletions where case_id = ${caseId}`;
    return row;
  };

  it("asked for by the same person after they restricted wins, and forgets here what they had asked to stop", async () => {
    const one = await someone();
    const day = Temporal.Now.instant().subtract({ hours: 24 * 30 });
    await restrict(one, "claims", () => day);
    await answerQuestions(systemCtx("test"), [{ subject: one.platformUserId, purpose: "communication", system: null }]);
    const { caseId, after } = await erase(one, () => day.add({ hours: 1 }));
    expect((await carryOut(caseId, after))?.ended_at).not.toBeNull();
    await database.sql`update cases set closed_at = now(), decided_at = now(), decision = 'completed' where subject_id = ${one.personId} and closed_at is null`;
    await forgetPeople(systemCtx("test"));
    const [left] = await database.sql`select
      (select count(*)::int from processing_records where person_id = ${one.personId}) as records,
      (select count(*)::int from processing_changes where person_id = ${one.personId}) as changes,
      (select count(*)::int from processing_refusals where person_id = ${one.personId}) as refusals`;
    expect(left).toEqual({ records: 0, changes: 0, refusals: 0 });
  });

  it("L7: asked for before they restricted waits for it, and goes on once it ends", async () => {
    const one = await someone();
    const day = Temporal.Now.instant().subtract({ hours: 24 * 30 });
    const name = await nameOf(one.platformUserId);
    const { caseId, after } = await erase(one, () => day);
    const recordId = await restrict(one, "unlawful", () => day.add({ hours: 1 }));
    const first = await carryOut(caseId, after);
    expect(first).toMatchObject({ ended_at: null });
    expect(await nameOf(one.platformUserId)).toBe(name);
    expect((await takeBack(one.ctx(), { recordId })).ok).toBe(true);
    // As a worker would have: the first attempt is over.
    await database.sql`delete from pgboss.job where name = 'deletion.carry-out'`;
    expect((await resumeDeletions(systemCtx("test"))).resumed).toBe(1);
    await carryOutDeletion(systemCtx("test"), { caseId });
    const [done] = await database.sql`select ended_at from deletions where case_id = ${caseId}`;
    expect(done?.ended_at).not.toBeNull();
    expect(await nameOf(one.platformUserId)).not.toBe(name);
  });

  it("of somebody else leaves the rows of who restricted them", async () => {
    const [one, other] = [await someone(), await someone("noor.haddad@%")];
    await restrict(one, "unlawful");
    const own = { personId: other.personId, requestedAt: Temporal.Now.instant() };
    const kept = await withRead(systemCtx("test"), (tx) => keptBack(tx, "erasure", own));
    expect(kept.map(({ of }) => of?.subject.platformUserId)).toEqual([one.platformUserId]);
    const mine = { personId: one.personId, requestedAt: Temporal.Now.instant() };
    expect(await withRead(systemCtx("test"), (tx) => keptBack(tx, "erasure", mine))).toEqual([]);
  });
});

describe("a mail", () => {
  it("L9: that could be ended is not sent to who objected to being written to; what is owed is", async () => {
    const one = await someone();
    await objectToUse(one.ctx(), { purpose: "communication", idempotencyKey: newId() });
    const keys = { optional: newId(), owed: newId() };
    const mail = { template: "case-received" as const, to: one.email, personId: one.personId };
    const props = { reference: "PR-0000-0000", kind: "access" as const, replyBy: "soon" };
    await withTransaction(systemCtx("test"), async (tx) => {
      await queueMail(tx, { ...mail, props, kind: "case-updates", idempotencyKey: keys.optional });
      await queueMail(tx, { ...mail, props, idempotencyKey: keys.owed });
    });
    const rows =
      await database.sql`select id, idempotency_key from outgoing_mails where idempotency_key in ${database.sql(Object.values(keys))}`;
    for (const { id } of rows) await sendQueuedMail(systemCtx("test"), { mailId: String(id) });
    const [left] = await database.sql`select
      (select skipped_at is not null and sent_at is null from outgoing_mails where idempotency_key = ${keys.optional}) as skipped,
      (select sent_at is not null from outgoing_mails where idempotency_key = ${keys.owed}) as sent`;
    expect(left).toEqual({ skipped: true, sent: true });
  });
});

describe("dying in the middle", () => {
  it("H1 R2: a job that dies after each lift lifts each once, and writes each down once", async () => {
    const all = await Promise.all(["tomasz.novak@%", "noor.haddad@%", "ines.duarte@%"].map((like) => someone(like)));
    const ids: string[] = [];
    for (const one of all) ids.push(await restrict(one, "accuracy"));
    const past = Temporal.Now.instant().subtract({ hours: 1 }).toString();
    await database.sql`update processing_records set lifts_at = ${past}, lift_announced_at = ${past}, lift_ground = 'no-longer-due'
      where id in ${database.sql(ids)}`;
    onFaultPoint((name) => {
      if (name === "processing.lifted") throw new Error("died");
    });
    for (let run = 0; run < ids.length; run++) await tendRecords(systemCtx("test")).catch(() => {});
    onFaultPoint();
    await tendRecords(systemCtx("test"));
    const ended =
      await database.sql`select record_id, count(*)::int as n from processing_changes where what = 'ended' and record_id in ${database.sql(ids)} group by 1`;
    expect(ended.map(({ n }) => n)).toEqual([1, 1, 1]);
    const entries =
      await database.sql`select object_id, count(*)::int as n from audit_entries where action = 'processing.lifted' and object_id in ${database.sql(ids)} group by 1`;
    expect(entries.map(({ n }) => n)).toEqual([1, 1, 1]);
  });
});

describe("housekeeping", () => {
  it("L10: what ended goes after its time with its history; what stands stays, with its case", async () => {
    const one = await someone();
    const start = Temporal.Instant.from("2027-02-28T12:00:00Z");
    const end = start.toZonedDateTimeISO("UTC").add(config.cases.keep).toInstant();
    const kept = await restrict(one, "accuracy", () => start);
    const objection = await objectToUse(
      one.ctx(() => start),
      { purpose: "communication", idempotencyKey: newId() },
    );
    if (!objection.ok) throw new Error(objection.reason);
    await answerQuestions(
      systemCtx("test", () => start),
      [{ subject: one.platformUserId, purpose: "improvement", system: null }],
    );
    await takeBack(
      one.ctx(() => start),
      { recordId: objection.value.recordId },
    );
    await database.sql`update cases set closed_at = ${start.toString()} where subject_id = ${one.personId}`;
    const left = async () => {
      const [row] = await database.sql`select
        (select count(*)::int from processing_records where person_id = ${one.personId}) as records,
        (select count(*)::int from processing_refusals where person_id = ${one.personId}) as refusals,
        (select count(*)::int from cases where subject_id = ${one.personId}) as cases`;
      return row;
    };
    await sweepOwn(systemCtx("test", () => end.subtract({ seconds: 1 })));
    expect(await left()).toEqual({ records: 2, refusals: 1, cases: 2 });
    await sweepOwn(systemCtx("test", () => end.add({ hours: 24 })));
    expect(await left()).toEqual({ records: 1, refusals: 0, cases: 1 });
    const [still] = await database.sql`select id from processing_records where person_id = ${one.personId}`;
    expect(still?.id).toBe(kept);
  });
});
