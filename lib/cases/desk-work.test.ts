import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { config } from "@/trust-center.config";
import { type StaffRole, systemCtx, visitorCtx } from "../context";
import { newId } from "../ids";
import { addInternalNote } from "./add-internal-note";
import { addSubjectMessage } from "./add-subject-message";
import { assignCase } from "./assign-case";
import { bulkCases } from "./bulk-cases";
import { decideCase } from "./decide-case";
import { caseForStaff } from "./desk-queries";
import { extendClock } from "./extend-clock";
import { mergeCases } from "./merge-cases";
import { myMentions } from "./my-mentions";
import { openInquiry } from "./open-inquiry";
import { caseForSubject } from "./queries";
import { casesOfAddress, deskQueue } from "./queue";
import { raiseAlarms } from "./raise-alarms";
import { reopenCase } from "./reopen-case";
import { replyToCase } from "./reply-to-case";
import { snoozeCase } from "./snooze-case";
import { submitInquiry } from "./submit-inquiry";
import { submitPlainRequest } from "./submit-plain-request";
import { tagCase } from "./tag-case";
import { wakeSnoozed } from "./wake-snoozed";
import { withdrawMessage } from "./withdraw-message";

const database = testDatabase();

async function desk(role: StaffRole = "agent", name?: string) {
  const who = await makeStaff(role);
  if (name) await database.sql`update staff set display_name = ${name} where id = ${who.staffId}`;
  return { who, ctx: staffCtx(who, role), email: `p-${who.personId}@example.test` };
}

async function objection(person?: string, clock?: () => Temporal.Instant) {
  const personId = person ?? (await makePerson());
  const ctx = holderCtx(personId, clock);
  const made = await submitPlainRequest(ctx, { kind: "objection", message: "Stop it", idempotencyKey: newId() });
  if (!made.ok) throw new Error(made.reason);
  return { person: personId, ctx, email: `p-${personId}@example.test`, ...made.value };
}

async function question(email = `kim-${newId()}@example.test`) {
  const sent = await submitInquiry(visitorCtx(), {
    ...{ name: "Kim", email, message: "What is this?", idempotencyKey: newId(), network: null },
  });
  if (!sent.ok) throw new Error(sent.reason);
  const { reference } = sent.value;
  const [intake] = await database.sql`select id from intakes where reference = ${reference}`;
  await openInquiry(systemCtx("test"), { intakeId: String(intake?.id) });
  const [row] = await database.sql`select id from cases where reference = ${reference}`;
  return { caseId: String(row?.id), reference, email };
}

const rowOf = async (caseId: string) => (await database.sql`select * from cases where id = ${caseId}`)[0];
const openIds = async (ctx: ReturnType<typeof staffCtx>, q: string) =>
  (await deskQueue(ctx, { q })).rows.map((row) => row.id);
const audited = async (action: string, id: string) =>
  database.sql`select * from audit_entries where action = ${action} and object_id = ${id}`;

describe("putting a case aside", () => {
  it("leaves the open cases until its time, and the minute's job brings it back once", async () => {
    const { ctx } = await desk();
    const one = await objection();
    const canary = `canary-${newId()}`;
    expect(await snoozeCase(ctx, { caseId: one.caseId, revision: 0, hours: 4, reason: canary })).toMatchObject({
      ok: true,
    });
    expect(await openIds(ctx, one.reference)).toEqual([]);
    expect((await deskQueue(ctx, { state: "snoozed" })).rows.map((row) => row.id)).toContain(one.caseId);
    const seen = await caseForStaff(ctx, one.caseId);
    expect(seen?.messages.at(-1)).toMatchObject({ internal: true, text: canary });
    expect(seen?.snoozedUntil).not.toBeNull();
    // The subject sees nothing of it, and neither does the log (S31).
    expect(JSON.stringify(await caseForSubject(one.ctx, one.reference))).not.toContain("snooze");
    const [found] =
      await database.sql`select count(*)::int as n from audit_payloads where payload::text like ${`%${canary}%`}`;
    expect(found?.n).toBe(0);
    const later = systemCtx("test", () => Temporal.Now.instant().add({ hours: 5 }));
    expect(await wakeSnoozed(later)).toEqual({ woken: 1 });
    expect(await wakeSnoozed(later)).toEqual({ woken: 0 });
    expect(await openIds(ctx, one.reference)).toEqual([one.caseId]);
    expect(await audited("case.woken", one.caseId)).toHaveLength(1);
  });

  it("L1: never hides a case past its clock but for the margin, and is refused within it", async () => {
    const { ctx } = await desk();
    const one = await objection();
    const long = await snoozeCase(ctx, { caseId: one.caseId, revision: 0, hours: 500, reason: "Wait" });
    if (!long.ok) throw new Error(long.reason);
    const [clock] = await database.sql`select min(due_at)::text as due from case_clocks where case_id = ${one.caseId}`;
    const gap = Temporal.Instant.from(clock?.due).since(Temporal.Instant.from(long.value.until)).total("hours");
    expect(gap).toBeCloseTo(config.desk.snoozeMarginHours, 3);
    const late = await objection();
    await database.sql`update case_clocks set due_at = now() + interval '5 hours' where case_id = ${late.caseId}`;
    const refused = await snoozeCase(ctx, { caseId: late.caseId, revision: 0, hours: 1, reason: "Wait" });
    expect(refused).toEqual({ ok: false, reason: "clock-too-near" });
    // A clock that comes near afterwards brings it back as well.
    await database.sql`update case_clocks set due_at = now() + interval '5 hours' where case_id = ${one.caseId}`;
    expect((await wakeSnoozed(systemCtx("test"))).woken).toBe(1);
  });

  it("a message of the person brings it back at once", async () => {
    const { ctx } = await desk();
    const one = await objection();
    await snoozeCase(ctx, { caseId: one.caseId, revision: 0, hours: 4, reason: "Wait" });
    await addSubjectMessage(one.ctx, { reference: one.reference, message: "And?" });
    expect(await openIds(ctx, one.reference)).toEqual([one.caseId]);
  });
});

describe("tags", () => {
  it("are put on and off, found by, and never the subject's to see", async () => {
    const { ctx } = await desk();
    const one = await objection();
    expect(await tagCase(ctx, { caseId: one.caseId, revision: 0, tag: "Needs Legal" })).toMatchObject({ ok: true });
    expect(await tagCase(ctx, { caseId: one.caseId, revision: 1, tag: "needs-legal" })).toEqual({
      ...{ ok: false, reason: "already-done" },
    });
    expect((await deskQueue(ctx, { tag: "needs-legal" })).rows.map((row) => [row.id, row.tags])).toEqual([
      [one.caseId, ["needs-legal"]],
    ]);
    expect(await openIds(ctx, "#needs-legal")).toEqual([one.caseId]);
    expect(JSON.stringify(await caseForSubject(one.ctx, one.reference))).not.toContain("needs-legal");
    await tagCase(ctx, { caseId: one.caseId, revision: 1, tag: "needs-legal", off: true });
    expect(await openIds(ctx, "#needs-legal")).toEqual([]);
  });
});

describe("merging", () => {
  it("L1: the younger goes into the older whichever way round, its open reply is owed from its own beginning, once told", async () => {
    const { ctx } = await desk();
    const first = await objection();
    const second = await objection(first.person);
    await replyToCase(ctx, { caseId: first.caseId, revision: 0, text: "Which one?", asksBack: false });
    const [owed] =
      await database.sql`select due_at::text as due from case_clocks where case_id = ${second.caseId} and rule = 'policy-72h'`;
    const seen = await caseForStaff(ctx, second.caseId);
    expect(seen?.duplicates.map(({ reference, older }) => [reference, older])).toEqual([[first.reference, true]]);
    // Said of the older one, it is the same.
    const merged = await mergeCases(ctx, {
      ...{ caseId: first.caseId, revision: 1, otherId: second.caseId, otherRevision: 0 },
    });
    expect(merged).toEqual({ ok: true, value: { into: first.caseId } });
    expect(await rowOf(second.caseId)).toMatchObject({
      merged_into: first.caseId,
      decision: "completed",
      next_due_at: null,
    });
    const [carried] = await database.sql`select due_at::text as due from case_clocks
      where case_id = ${first.caseId} and rule = 'policy-72h' and stopped_at is null`;
    expect(carried?.due).toBe(owed?.due);
    expect((await caseForStaff(ctx, first.caseId))?.tookOver).toMatchObject([
      { reference: second.reference, messages: [{ text: "Stop it" }] },
    ]);
    const theirs = await caseForSubject(first.ctx, second.reference);
    expect(theirs?.status).toMatchObject({ word: "Merged", next: expect.stringContaining(first.reference) });
    const mails = (await mailsTo(database.sql, first.email)).filter(({ template }) => template === "case-merged");
    expect(mails.map(({ props }) => [props.reference, props.into])).toEqual([[second.reference, first.reference]]);
    expect(await audited("case.merged", second.caseId)).toHaveLength(1);
    // What they write in the younger one reaches the older.
    await addSubjectMessage(first.ctx, { reference: second.reference, message: "More" });
    expect((await caseForStaff(ctx, first.caseId))?.messages.map(({ text }) => text)).toContain("More");
    expect((await rowOf(second.caseId))?.closed_at).not.toBeNull();
  });

  it("finds public forms by address, without it being kept in clear; other kinds and other people stay apart", async () => {
    const { ctx } = await desk();
    const [a, b, other] = [await question(), null, await question()];
    const again = await question(a.email.toUpperCase());
    expect(b).toBeNull();
    const [stored] = await database.sql`select contact_hash from cases where id = ${a.caseId}`;
    expect(stored?.contact_hash).not.toContain("kim");
    expect((await caseForStaff(ctx, a.caseId))?.duplicates.map(({ caseId }) => caseId)).toEqual([again.caseId]);
    expect((await casesOfAddress(ctx, a.email)).map(({ id }) => id)).toEqual([again.caseId, a.caseId]);
    const refused = await mergeCases(ctx, {
      ...{ caseId: a.caseId, revision: 0, otherId: other.caseId, otherRevision: 0 },
    });
    expect(refused).toEqual({ ok: false, reason: "not-mergeable" });
    const itself = { caseId: a.caseId, revision: 0, otherId: a.caseId, otherRevision: 0 };
    expect(await mergeCases(ctx, itself)).toEqual({ ok: false, reason: "not-mergeable" });
    const stale = { caseId: a.caseId, revision: 0, otherId: again.caseId, otherRevision: 7 };
    expect(await mergeCases(ctx, stale)).toEqual({ ok: false, reason: "conflict" });
  });

  it("two colleagues who merge the same two at once do it once", async () => {
    const [one, two] = [await desk(), await desk()];
    const first = await objection();
    const second = await objection(first.person);
    const at = { caseId: first.caseId, revision: 0, otherId: second.caseId, otherRevision: 0 };
    const turned = { caseId: second.caseId, revision: 0, otherId: first.caseId, otherRevision: 0 };
    const results = await Promise.all([mergeCases(one.ctx, at), mergeCases(two.ctx, turned)]);
    expect(results.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(await audited("case.merged", second.caseId)).toHaveLength(1);
  });
});

describe("many at once", () => {
  it("does each by itself and names every one: what changed meanwhile is refused, what is no spam stays", async () => {
    const { ctx, who } = await desk();
    const [mine, stale, spam] = [await objection(), await objection(), await question()];
    await tagCase(ctx, { caseId: stale.caseId, revision: 0, tag: "seen" });
    const cases = [mine, stale, spam, { caseId: newId() }].map(({ caseId }) => ({ caseId, revision: 0 }));
    const assigned = await bulkCases(ctx, { cases, act: { kind: "assign", to: who.staffId } });
    if (!assigned.ok) throw new Error(assigned.reason);
    expect(assigned.value.outcomes.map(({ ok, reason }) => (ok ? "done" : reason))).toEqual([
      ...["done", "conflict", "done", "not-found"],
    ]);
    const closed = await bulkCases(ctx, {
      cases: [mine, spam].map(({ caseId }) => ({ caseId, revision: 1 })),
      act: { kind: "spam" },
    });
    if (!closed.ok) throw new Error(closed.reason);
    expect(closed.value.outcomes.map(({ ok, reason }) => (ok ? "done" : reason))).toEqual(["not-spam", "done"]);
    expect(await rowOf(spam.caseId)).toMatchObject({ decline_ground: "spam", next_due_at: null });
    // Whoever's address stood in it hears nothing but that it came in.
    expect((await mailsTo(database.sql, spam.email)).map(({ template }) => template)).toEqual(["inquiry-received"]);
  });

  it("S14: without a fresh proof none is begun; an auditor may not", async () => {
    const one = await objection();
    const { who } = await desk();
    const stale = staffCtx(who, "agent", () => Temporal.Now.instant());
    stale.actor = { ...stale.actor, steppedUpAt: null } as typeof stale.actor;
    const input = { cases: [{ caseId: one.caseId, revision: 0 }], act: { kind: "tag", tag: "x" } as const };
    expect(await bulkCases(stale, input)).toEqual({ ok: false, reason: "step-up-required" });
    const { ctx } = await desk("auditor");
    expect(await bulkCases(ctx, input)).toEqual({ ok: false, reason: "not-allowed" });
  });
});

describe("naming a colleague in a note", () => {
  it("S31: tells them by mail where and not what, and stands on their desk until they open the case", async () => {
    const name = `Zoe${newId().slice(-6)} Feld`;
    const [nora, me] = [await desk("agent", name), await desk("officer", "Noa Lindqvist")];
    const one = await objection();
    const canary = `canary-${newId()}`;
    await addInternalNote(me.ctx, { caseId: one.caseId, text: `@${name} ${canary}` });
    const mails = await mailsTo(database.sql, nora.email);
    expect(mails).toMatchObject([
      { template: "case-mention", props: { reference: one.reference, by: "Noa Lindqvist" } },
    ]);
    expect(JSON.stringify(mails)).not.toContain(canary);
    expect(await myMentions(nora.ctx)).toMatchObject([{ reference: one.reference, by: "Noa Lindqvist" }]);
    expect(await myMentions(me.ctx)).toEqual([]);
    await caseForStaff(me.ctx, one.caseId);
    expect(await myMentions(nora.ctx)).toHaveLength(1);
    await caseForStaff(nora.ctx, one.caseId);
    expect(await myMentions(nora.ctx)).toEqual([]);
  });
});

describe("alarms", () => {
  it("go once for a clock that is near and once when it was missed, to the assignee and the officers", async () => {
    await database.sql`update case_clocks set stopped_at = now() where stopped_at is null`;
    await database.sql`update staff set disabled_at = now() where disabled_at is null`;
    const [agent, idle, officer] = [await desk(), await desk(), await desk("officer")];
    const one = await objection();
    await assignCase(agent.ctx, { caseId: one.caseId, revision: 0 });
    const alarms = async (email: string) =>
      (await mailsTo(database.sql, email)).filter(({ template }) => template === "clock-alarm");
    const at = (hours: number) => systemCtx("test", () => Temporal.Now.instant().add({ hours }));
    expect(await raiseAlarms(at(0))).toEqual({ near: 0, missed: 0 });
    const near = 72 - config.desk.nearHours + 1;
    const runs = await Promise.all([raiseAlarms(at(near)), raiseAlarms(at(near))]);
    expect(runs.reduce((sum, run) => sum + run.near, 0)).toBe(1);
    expect(await raiseAlarms(at(near))).toEqual({ near: 0, missed: 0 });
    expect(await raiseAlarms(at(73))).toEqual({ near: 0, missed: 1 });
    expect(await raiseAlarms(at(80))).toEqual({ near: 0, missed: 0 });
    expect(await alarms(agent.email)).toHaveLength(2);
    expect(await alarms(officer.email)).toMatchObject([{ props: { near: 1 } }, { props: { missed: 1 } }]);
    expect(await alarms(idle.email)).toEqual([]);
  });

  /** One correction with a month's clock alone, whose alarms a run at that moment raises. */
  async function month() {
    await database.sql`update case_clocks set stopped_at = now() where stopped_at is null`;
    const staff = await desk();
    const start = Temporal.Now.instant();
    const person = await makePerson();
    const made = await submitPlainRequest(holderCtx(person), {
      ...{ kind: "correction", message: "My name.", idempotencyKey: newId() },
    });
    if (!made.ok) throw new Error(made.reason);
    const { caseId } = made.value;
    await database.sql`update case_clocks set stopped_at = now() where case_id = ${caseId} and rule <> 'gdpr-1m'`;
    const dueIn = async () => {
      const [row] = await database.sql`select due_at from case_clocks where case_id = ${caseId} and rule = 'gdpr-1m'`;
      return Temporal.Instant.from(row?.due_at.toISOString()).since(start).total("hours");
    };
    const at = (hours: number) => () => start.add({ minutes: Math.round(hours * 60) });
    return {
      ...{ caseId, dueIn },
      now: async () => ({ caseId, revision: Number((await rowOf(caseId))?.revision) }),
      staff: (hours: number) => staffCtx(staff.who, "agent", at(hours)),
      alarms: (hours: number) => raiseAlarms(systemCtx("test", at(hours))),
    };
  }

  it("go again for a clock that was extended, once its later end is near", async () => {
    const one = await month();
    const first = await one.dueIn();
    expect(await one.alarms(first - 1)).toEqual({ near: 1, missed: 0 });
    const extended = await extendClock(one.staff(first - 1), {
      ...(await one.now()),
      rule: "gdpr-1m",
      text: "Complex.",
    });
    expect(extended.ok).toBe(true);
    await database.sql`update case_clocks set stopped_at = now() where case_id = ${one.caseId} and rule <> 'gdpr-1m'`;
    expect(await one.alarms(first)).toEqual({ near: 0, missed: 0 });
    expect(await one.alarms((await one.dueIn()) - 1)).toEqual({ near: 1, missed: 0 });
    expect(await one.alarms((await one.dueIn()) + 1)).toEqual({ near: 0, missed: 1 });
  });

  it("go again for a clock that runs on since the decision was taken back", async () => {
    const one = await month();
    const due = await one.dueIn();
    const decideAndTakeBack = async (hours: number) => {
      const words = { decision: "approved", text: "Done." } as const;
      expect((await decideCase(one.staff(hours), { ...(await one.now()), ...words })).ok).toBe(true);
      expect((await reopenCase(one.staff(hours), await one.now())).ok).toBe(true);
    };
    expect(await one.alarms(due - 2)).toEqual({ near: 1, missed: 0 });
    await decideAndTakeBack(due - 1.5);
    expect(await one.alarms(due - 1)).toEqual({ near: 1, missed: 0 });
    expect(await one.alarms(due + 1)).toEqual({ near: 0, missed: 1 });
    await decideAndTakeBack(due + 2);
    expect(await one.alarms(due + 3)).toEqual({ near: 0, missed: 1 });
    expect(await one.alarms(due + 4)).toEqual({ near: 0, missed: 0 });
  });

  it("go again for a reply that is owed again, since it was taken out of view", async () => {
    await database.sql`update case_clocks set stopped_at = now() where stopped_at is null`;
    const { who } = await desk();
    const asked = await question();
    const at = (hours: number) => () => Temporal.Now.instant().add({ hours });
    const now = async () => ({ caseId: asked.caseId, revision: Number((await rowOf(asked.caseId))?.revision) });
    const alarms = (hours: number) => raiseAlarms(systemCtx("test", at(hours)));
    expect(await alarms(73)).toEqual({ near: 0, missed: 1 });
    const said = await replyToCase(staffCtx(who, "agent", at(74)), { ...(await now()), text: "Wrong." });
    if (!said.ok) throw new Error(said.reason);
    const { messageId } = said.value;
    const taken = await withdrawMessage(staffCtx(who, "agent", at(75)), {
      ...(await now()),
      ...{ messageId, ground: "mistaken" },
    });
    expect(taken).toMatchObject({ ok: true, value: { owedAgain: true } });
    expect(await alarms(76)).toEqual({ near: 0, missed: 1 });
  });
});

describe("the queue's pages", () => {
  it("go forward and back over the same cases in every view", async () => {
    const { ctx, who } = await desk();
    const person = await makePerson();
    for (let n = 0; n < 120; n++) {
      await database.sql`insert into cases (id, reference, kind, channel, subject_id, requester_id, assigned_to, next_due_at, closed_at, decided_at, decision)
        values (${newId()}, ${`PR-T${String(n).padStart(3, "0")}-${newId().slice(-4)}`}, 'correction', 'dashboard', ${person}, ${person}, ${who.staffId},
                ${n % 3 ? null : new Date(Date.now() + (n % 7) * 3600_000)}, ${n % 2 ? new Date() : null}, ${n % 2 ? new Date() : null}, ${n % 2 ? "completed" : null})`;
    }
    for (const state of ["open", "closed"] as const) {
      const forward: string[][] = [];
      const starts: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await deskQueue(ctx, { state, assigned: "me", ...(cursor ? { cursor } : {}) });
        forward.push(page.rows.map(({ id }) => id));
        if (page.previous) starts.push(page.previous);
        cursor = page.next;
      } while (cursor);
      expect(forward.flat()).toHaveLength(60);
      expect(new Set(forward.flat()).size).toBe(60);
      const back = await deskQueue(ctx, { state, assigned: "me", before: starts[0] });
      expect(back.rows.map(({ id }) => id)).toEqual(forward[0]);
      expect(back.previous).toBeNull();
      expect(back.next).not.toBeNull();
    }
  });
});
