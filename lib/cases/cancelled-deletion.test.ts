import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { emptyPlatformForFile } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { sendRequest, tokenOf } from "@/test/ways-in";
import { config } from "@/trust-center.config";
import { visitorCtx } from "../context";
import { newId } from "../ids";
import { addSubjectMessage } from "./add-subject-message";
import { cancelDeletion, deletionByToken } from "./cancel-deletion";
import { confirmDeletion } from "./confirm-deletion";
import { decideCase } from "./decide-case";
import { proveIdentity } from "./prove-identity";
import { caseForSubject, myDeletion } from "./queries";
import { statusOfSession } from "./status-queries";
import { submitDeletion } from "./submit-deletion";
import { writeOnStatus } from "./write-on-status";

// A plan that was cancelled is none: who wants their data deleted after all plans it again, also in the request that a message opened.

const database = testDatabase();
emptyPlatformForFile();

const visitor = visitorCtx();

async function cancelled() {
  const person = await makePerson();
  const email = `p-${person}@example.test`;
  const ctx = holderCtx(person);
  const made = await submitDeletion(ctx, { scope: "person", confirmation: email });
  if (!made.ok) throw new Error(made.reason);
  const { caseId, reference } = made.value;
  const token = await tokenOf(database.sql, email, "deletion-scheduled");
  expect((await cancelDeletion(ctx, { reference })).ok).toBe(true);
  expect((await addSubjectMessage(ctx, { reference, message: "Please delete it after all." })).ok).toBe(true);
  return { person, email, ctx, caseId, reference, token };
}
const templates = async (email: string) => (await mailsTo(database.sql, email)).map(({ template }) => template);

describe("a cancelled deletion that a message opened again", () => {
  it("is planned again in the same request, with a grace period, a mail and a link of its own", async () => {
    const { email, ctx, reference, token } = await cancelled();
    expect(await myDeletion(ctx)).toBeNull();
    const made = await submitDeletion(ctx, { scope: "person", confirmation: email });
    expect(made).toMatchObject({ ok: true, value: { reference } });
    const soonest = Temporal.Now.instant().add({ hours: config.deletion.graceDays * 24 - 1 });
    expect(made.ok && Temporal.Instant.compare(Temporal.Instant.from(made.value.graceEndsAt), soonest)).toBeGreaterThan(
      0,
    );
    expect(await myDeletion(ctx)).toMatchObject({ reference, deletion: { cancelledAt: null } });
    expect(await caseForSubject(ctx, reference)).toMatchObject({ status: { state: "scheduled" } });
    // The second click is the same plan.
    expect(await submitDeletion(ctx, { scope: "person", confirmation: email })).toEqual(made);
    const again = await tokenOf(database.sql, email, "deletion-scheduled");
    expect(again).not.toBe(token);
    expect(await deletionByToken(visitor, token)).toBeNull();
    expect((await cancelDeletion(visitor, { token: again })).ok).toBe(true);
    expect(await templates(email)).toEqual([
      ...["deletion-scheduled", "deletion-cancelled"],
      ...["deletion-scheduled", "deletion-cancelled"],
    ]);
    const events = (await caseForSubject(ctx, reference))?.events.map(({ type }) => type) ?? [];
    expect(events.filter((type) => type === "deletion.scheduled")).toHaveLength(2);
  });

  it("R7: 50 simultaneous clicks plan it once", async () => {
    const { email, ctx, caseId } = await cancelled();
    // The first plan counted already (S17); that is another test's.
    await database.sql`delete from rate_limits`;
    const click = () => submitDeletion(ctx, { scope: "person", confirmation: email });
    const answers = await Promise.all(Array.from({ length: 50 }, click));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
    expect(answers[0]).toMatchObject({ ok: true, value: { caseId } });
    expect((await templates(email)).filter((template) => template === "deletion-scheduled")).toHaveLength(2);
  });

  it.each([
    ["staff decline it", "declined"],
    ["whoever asked ends it", "cancelled"],
  ])("is planned in a request of its own when %s in that moment", async (_, decision) => {
    const { email, ctx, caseId, reference } = await cancelled();
    // The first plan counted already (S17); that is another test's.
    await database.sql`delete from rate_limits`;
    const { click } = await database.sql.begin(async (other) => {
      await other`select 1 from cases where id = ${caseId} for update`;
      const clicked = submitDeletion(ctx, { scope: "person", confirmation: email });
      // It found the request open and waits for who holds it.
      const waiting = () => other`
        select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      await expect.poll(async () => (await waiting()).length).toBe(1);
      await other`update cases set closed_at = now(), decided_at = now(), decision = ${decision}
                  where id = ${caseId}`;
      return { click: clicked };
    });
    const made = await click;
    if (!made.ok) throw new Error(made.reason);
    expect(made.value.reference).not.toBe(reference);
    const plans = await database.sql`
      select c.closed_at, d.cancelled_at is null as stands from deletions d join cases c on c.id = d.case_id
      where d.case_id in (${caseId}, ${made.value.caseId}) order by c.id = ${caseId} desc`;
    expect(plans).toMatchObject([{ stands: false }, { closed_at: null, stands: true }]);
    expect(await myDeletion(ctx)).toMatchObject({ reference: made.value.reference, status: { state: "scheduled" } });
  });

  it("stands in the way of no other way in: the emailed link goes on, and takes the old request over", async () => {
    const { email, ctx, reference } = await cancelled();
    const sent = await sendRequest(database.sql, { email, kind: "deletion" });
    const link = () => tokenOf(database.sql, email, "identity-ask");
    const proved = await proveIdentity(visitor, { token: await link(), network: null });
    if (!proved.ok) throw new Error(proved.reason);
    const session = proved.value.sessionToken;
    expect(await caseForSubject(ctx, reference)).toMatchObject({ mergedInto: sent.reference });
    expect(await confirmDeletion(visitor, { session, confirmation: email })).toMatchObject({ ok: true });
    expect(await myDeletion(ctx)).toMatchObject({ reference: sent.reference });
    // A plan that stands does stand in the way.
    const second = await sendRequest(database.sql, { email, kind: "deletion" });
    expect(second.reference).not.toBe(sent.reference);
    expect(await proveIdentity(visitor, { token: await link(), network: null })).toEqual({
      ok: false,
      reason: "deletion-open",
    });
  });

  it("of somebody without an account is seen and confirmed again where they follow it", async () => {
    const email = `kim-${newId()}@example.test`;
    await makePerson({ email });
    await sendRequest(database.sql, { email, kind: "deletion" });
    const proved = await proveIdentity(visitor, {
      token: await tokenOf(database.sql, email, "identity-ask"),
      network: null,
    });
    if (!proved.ok) throw new Error(proved.reason);
    const session = proved.value.sessionToken;
    const waits = { state: "waiting-for-you", next: "You see what would be deleted, and confirm it.", who: "you" };
    expect(await statusOfSession(visitor, session)).toMatchObject({ toConfirm: true, status: waits });
    expect((await confirmDeletion(visitor, { session, confirmation: email })).ok).toBe(true);
    expect(await statusOfSession(visitor, session)).toMatchObject({ toConfirm: false });
    const token = await tokenOf(database.sql, email, "deletion-scheduled");
    expect((await cancelDeletion(visitor, { token })).ok).toBe(true);
    expect((await writeOnStatus(visitor, { session, message: "After all." })).ok).toBe(true);
    // What they wrote is owed a reply; planning it again is theirs to do or not.
    expect(await statusOfSession(visitor, session)).toMatchObject({
      ...{ toConfirm: true, closedAt: null, status: { state: "with-us", who: "we" } },
    });
    expect((await confirmDeletion(visitor, { session, confirmation: email })).ok).toBe(true);
    expect(await statusOfSession(visitor, session)).toMatchObject({
      ...{ toConfirm: false, status: { state: "scheduled" } },
    });
  });

  it("holds nobody to what was decided of it: they plan it again and staff decide that", async () => {
    const { email, ctx, caseId, reference } = await cancelled();
    const revision = Number((await database.sql`select revision from cases where id = ${caseId}`)[0]?.revision);
    const agent = staffCtx(await makeStaff("agent"), "agent");
    const completed = { caseId, revision, decision: "completed", text: "Plan it on your page." } as const;
    expect((await decideCase(agent, completed)).ok).toBe(true);
    await addSubjectMessage(ctx, { reference, message: "I do." });
    expect(await submitDeletion(ctx, { scope: "person", confirmation: email })).toMatchObject({
      ...{ ok: true, value: { reference } },
    });
  });
});

it("the database lets nobody but the system drop a plan that was not cancelled", async () => {
  const person = await makePerson();
  const made = await submitDeletion(holderCtx(person), {
    scope: "person",
    confirmation: `p-${person}@example.test`,
  });
  const caseId = made.ok ? made.value.caseId : "";
  const drop = (actor: string) =>
    database.sql.begin(async (sql) => {
      await sql`select set_config('tc.actor', ${actor}, true), set_config('tc.person', ${person}, true)`;
      await sql`set local role tc_app`;
      await sql`delete from deletions where case_id = ${caseId}`;
    });
  await expect(drop("holder")).rejects.toThrow(/not cancelled stays/);
});
