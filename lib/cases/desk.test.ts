import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import type { StaffRole } from "../context";
import { newId, newReference } from "../ids";
import { addInternalNote } from "./add-internal-note";
import { addSubjectMessage } from "./add-subject-message";
import { assignCase } from "./assign-case";
import { decideCase } from "./decide-case";
import { caseForStaff } from "./desk-queries";
import { caseForSubject } from "./queries";
import { deskQueue, queueCounts } from "./queue";
import { reopenCase } from "./reopen-case";
import { replyToCase } from "./reply-to-case";
import { submitPlainRequest } from "./submit-plain-request";

const database = testDatabase();

async function desk(role: StaffRole = "agent") {
  const who = await makeStaff(role);
  return { who, ctx: staffCtx(who, role) };
}

async function objection(message = "Stop using my clicks") {
  const person = await makePerson();
  const ctx = holderCtx(person);
  const made = await submitPlainRequest(ctx, { kind: "objection", message, idempotencyKey: newId() });
  if (!made.ok) throw new Error(made.reason);
  return { person, ctx, email: `p-${person}@example.test`, ...made.value };
}

const running = async (caseId: string) =>
  (await database.sql`select rule from case_clocks where case_id = ${caseId} and stopped_at is null order by rule`).map(
    (row) => row.rule,
  );

describe("a reply", () => {
  it("L1: a substantive one stops the 72 hours, the statutory month runs on", async () => {
    const { ctx } = await desk();
    const one = await objection();
    expect(await replyToCase(ctx, { caseId: one.caseId, revision: 0, text: "We stopped it." })).toMatchObject({
      ok: true,
    });
    expect(await running(one.caseId)).toEqual(["gdpr-1m"]);
    const found = await caseForSubject(one.ctx, one.reference);
    expect(found?.messages.map(({ author, text }) => [author, text])).toEqual([
      ["subject", "Stop using my clicks"],
      ["staff", "We stopped it."],
    ]);
    // A holder hears of "our privacy team"; the name of the colleague stays on the desk.
    expect(JSON.stringify(found)).not.toContain("Test agent");
  });

  it("L1: one that only asks back stops nothing and waits for the subject", async () => {
    const { ctx } = await desk();
    const one = await objection();
    await replyToCase(ctx, { caseId: one.caseId, revision: 0, text: "Which app?", asksBack: true });
    expect(await running(one.caseId)).toEqual(["gdpr-1m", "policy-72h"]);
    expect((await caseForSubject(one.ctx, one.reference))?.status.state).toBe("waiting-for-you");
    await addSubjectMessage(one.ctx, { reference: one.reference, message: "The one on my phone" });
    expect((await caseForSubject(one.ctx, one.reference))?.status.state).toBe("with-us");
  });

  it("L1: a later message of the subject is owed a reply of its own, and a second one gains us no time", async () => {
    const { ctx } = await desk();
    const one = await objection();
    await replyToCase(ctx, { caseId: one.caseId, revision: 0, text: "Done." });
    expect((await caseForSubject(one.ctx, one.reference))?.status.next).toContain("We replied");
    await addSubjectMessage(one.ctx, { reference: one.reference, message: "Really?" });
    expect((await caseForSubject(one.ctx, one.reference))?.status.next).toContain("replies to you");
    const due = async () =>
      (
        await database.sql`select due_at::text from case_clocks
          where case_id = ${one.caseId} and rule = 'policy-72h' and stopped_at is null`
      ).map((row) => row.due_at);
    const first = await due();
    await addSubjectMessage(one.ctx, { reference: one.reference, message: "Hello?" });
    expect(first).toHaveLength(1);
    expect(await due()).toEqual(first);
    const [kept] = await database.sql`select count(*)::int as n from case_clocks
      where case_id = ${one.caseId} and rule = 'policy-72h' and stopped_at is not null`;
    expect(kept?.n).toBe(1);
  });

  it("S31: the mail to an account holder says that there is a reply, not what it says", async () => {
    const { ctx } = await desk();
    const one = await objection();
    const canary = `canary-${newId()}`;
    await replyToCase(ctx, { caseId: one.caseId, revision: 0, text: canary });
    await addInternalNote(ctx, { caseId: one.caseId, text: `note ${canary}` });
    const mails = await mailsTo(database.sql, one.email);
    expect(mails.map((mail) => mail.template)).toEqual(["case-received", "case-reply"]);
    expect(JSON.stringify(mails)).not.toContain(canary);
    const [found] = await database.sql`select
      (select count(*) from audit_payloads where payload::text like ${`%${canary}%`})::int as audit,
      (select count(*) from case_events where detail::text like ${`%${canary}%`})::int as events,
      (select count(*) from pgboss.job where data::text like ${`%${canary}%`})::int as jobs`;
    expect(found).toEqual({ audit: 0, events: 0, jobs: 0 });
  });
});

describe("a note for colleagues", () => {
  it("is never the subject's to see, by the query and by row security", async () => {
    const { ctx } = await desk();
    const one = await objection();
    await addInternalNote(ctx, { caseId: one.caseId, text: "Looks like a duplicate" });
    const seen = await caseForSubject(one.ctx, one.reference);
    expect(seen?.messages).toHaveLength(1);
    expect(seen?.events.map((event) => event.type)).not.toContain("note.added");
    const staffView = await caseForStaff(ctx, one.reference);
    expect(staffView?.messages.find((message) => message.internal)).toMatchObject({
      text: "Looks like a duplicate",
      staffName: "Test agent",
    });
  });
});

describe("a decision", () => {
  it("is never that a company has it: that is done by passing it on", async () => {
    const { ctx } = await desk();
    const { caseId } = await objection();
    for (const decision of ["approved", "completed"] as const) {
      const said = { caseId, revision: 0, decision, ground: "passed-on", text: "They answer you." };
      expect(await decideCase(ctx, said as never)).toEqual({ ok: false, reason: "invalid-input" });
    }
  });

  it("L2 L10: declining carries the ground, the reasons and the end of every clock", async () => {
    const { ctx } = await desk();
    const one = await objection();
    const declined = { caseId: one.caseId, revision: 0, decision: "declined", text: "Because of the lease." } as const;
    expect(await decideCase(ctx, { ...declined, ground: "because" as never })).toEqual({
      ok: false,
      reason: "invalid-input",
    });
    expect((await decideCase(ctx, { ...declined, ground: "legal-obligation" })).ok).toBe(true);
    expect(await running(one.caseId)).toEqual([]);
    const found = await caseForSubject(one.ctx, one.reference);
    expect(found).toMatchObject({ declineGround: "legal-obligation", status: { state: "declined" } });
    const mail = (await mailsTo(database.sql, one.email)).at(-1);
    expect(mail).toMatchObject({
      template: "case-decided",
      props: { decision: "declined", ground: "legal-obligation" },
    });
    const [entry] = await database.sql`select p.payload from audit_entries e join audit_payloads p on p.entry_id = e.id
      where e.object_id = ${one.caseId} and e.action = 'case.decided'`;
    expect(entry?.payload).toMatchObject({ decision: "declined", ground: "legal-obligation" });
  });

  it("S14: needs a fresh step-up", async () => {
    const { ctx } = await desk("officer");
    const one = await objection();
    ctx.actor = { ...ctx.actor, steppedUpAt: Temporal.Now.instant().subtract({ minutes: 6 }) } as typeof ctx.actor;
    expect(await decideCase(ctx, { caseId: one.caseId, revision: 0, decision: "approved", text: "Done" })).toEqual({
      ok: false,
      reason: "step-up-required",
    });
  });

  it("can be taken back: the statutory clocks run on from their beginning", async () => {
    const { ctx } = await desk();
    const one = await objection();
    const before =
      await database.sql`select due_at::text from case_clocks where case_id = ${one.caseId} and rule = 'gdpr-1m'`;
    await decideCase(ctx, { caseId: one.caseId, revision: 0, decision: "approved", text: "Done" });
    expect(await decideCase(ctx, { caseId: one.caseId, revision: 1, decision: "approved", text: "Done" })).toEqual({
      ok: false,
      reason: "already-done",
    });
    expect((await reopenCase(ctx, { caseId: one.caseId, revision: 1 })).ok).toBe(true);
    expect(await running(one.caseId)).toEqual(["gdpr-1m"]);
    expect(
      await database.sql`select due_at::text from case_clocks where case_id = ${one.caseId} and rule = 'gdpr-1m'`,
    ).toEqual(before);
    expect(await reopenCase(ctx, { caseId: one.caseId, revision: 2 })).toEqual({ ok: false, reason: "already-done" });
  });

  it("a message of the subject opens a closed case again, for 72 hours", async () => {
    const { ctx } = await desk();
    const one = await objection();
    await decideCase(ctx, { caseId: one.caseId, revision: 0, decision: "approved", text: "Done" });
    expect((await addSubjectMessage(one.ctx, { reference: one.reference, message: "It is not" })).ok).toBe(true);
    expect(await running(one.caseId)).toEqual(["policy-72h"]);
    expect(await caseForSubject(one.ctx, one.reference)).toMatchObject({ closedAt: null, decision: null });
  });
});

describe("two people at one case", () => {
  it("a form opened before somebody's write is refused", async () => {
    const [a, b] = [await desk(), await desk("officer")];
    const one = await objection();
    expect((await assignCase(a.ctx, { caseId: one.caseId, revision: 0 })).ok).toBe(true);
    expect(await replyToCase(b.ctx, { caseId: one.caseId, revision: 0, text: "Hello" })).toEqual({
      ok: false,
      reason: "conflict",
    });
    // The subject's own word counts too: nobody decides on a thread they have not seen the end of.
    await addSubjectMessage(one.ctx, { reference: one.reference, message: "One more thing" });
    expect(await decideCase(b.ctx, { caseId: one.caseId, revision: 1, decision: "approved", text: "Done" })).toEqual({
      ok: false,
      reason: "conflict",
    });
  });

  it("twenty at the same revision: one gets through", async () => {
    const { ctx } = await desk();
    const one = await objection();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        replyToCase(ctx, { caseId: one.caseId, revision: 0, text: `Reply ${index}` }),
      ),
    );
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect((await mailsTo(database.sql, one.email)).filter((mail) => mail.template === "case-reply")).toHaveLength(1);
  });

  it("a case is given to those who work, never to an auditor or somebody who left", async () => {
    const { ctx } = await desk();
    const [auditor, gone] = [await desk("auditor"), await desk()];
    await database.sql`update staff set disabled_at = now() where id = ${gone.who.staffId}`;
    const one = await objection();
    for (const to of [auditor.who.staffId, gone.who.staffId, newId()]) {
      expect(await assignCase(ctx, { caseId: one.caseId, revision: 0, to })).toEqual({
        ok: false,
        reason: "invalid-input",
      });
    }
  });
});

describe("S19: who may", () => {
  it("an auditor reads a case and changes nothing", async () => {
    const { ctx } = await desk("auditor");
    const one = await objection();
    expect((await caseForStaff(ctx, one.caseId))?.messages[0]?.text).toBe("Stop using my clicks");
    const at = { caseId: one.caseId, revision: 0, text: "Hm" };
    const answers = [
      await assignCase(ctx, at),
      await replyToCase(ctx, at),
      await addInternalNote(ctx, at),
      await decideCase(ctx, { ...at, decision: "approved" }),
      await reopenCase(ctx, at),
    ];
    expect(answers).toEqual(answers.map(() => ({ ok: false, reason: "not-allowed" })));
  });

  it("a holder gets nothing from the desk, and not from another's case", async () => {
    const [one, other] = [await objection(), await objection()];
    expect(await caseForStaff(one.ctx, one.caseId)).toBeNull();
    expect(await deskQueue(one.ctx, { state: "open" })).toEqual({ rows: [], next: null, previous: null });
    expect((await queueCounts(one.ctx)).open).toBe(0);
    expect(await replyToCase(one.ctx, { caseId: one.caseId, revision: 0, text: "x" })).toEqual({
      ok: false,
      reason: "not-allowed",
    });
    const foreign = await addSubjectMessage(one.ctx, { reference: other.reference, message: "x" });
    const missing = await addSubjectMessage(one.ctx, { reference: newReference(), message: "x" });
    expect(foreign).toEqual(missing);
    expect(await caseForSubject(one.ctx, other.reference)).toBeNull();
  });

  it("foreign, missing and malformed ids look alike to staff", async () => {
    const { ctx } = await desk();
    expect(await replyToCase(ctx, { caseId: newId(), revision: 0, text: "x" })).toEqual({
      ok: false,
      reason: "not-found",
    });
    for (const id of [newId(), newReference(), "", "'; drop table cases", "x".repeat(5000)]) {
      expect(await caseForStaff(ctx, id)).toBeNull();
    }
  });

  it("reading a case is itself on record", async () => {
    const { ctx, who } = await desk();
    const one = await objection();
    await caseForStaff(ctx, one.reference);
    const [entry] = await database.sql`select actor_id from audit_entries
      where object_id = ${one.caseId} and action = 'case.read'`;
    expect(entry?.actor_id).toBe(who.staffId);
  });
});

describe("the queue", () => {
  it("stands by the earliest running clock and pages without loss or repeat", async () => {
    const { ctx } = await desk();
    const made = [];
    for (let index = 0; index < 60; index++) made.push(await objection());
    // Ties and cases without a running clock stand in it as well.
    for (const [index, one] of made.entries()) {
      if (index % 7 === 0) await database.sql`update case_clocks set stopped_at = now() where case_id = ${one.caseId}`;
      else
        await database.sql`update case_clocks set due_at = now() + ${`${index % 5} hours`}::interval where case_id = ${one.caseId}`;
    }
    const seen: string[] = [];
    const dues: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await deskQueue(ctx, { state: "open", ...(cursor ? { cursor } : {}) });
      seen.push(...page.rows.map((row) => row.id));
      dues.push(...page.rows.map((row) => row.nextClock?.hoursLeft ?? Number.POSITIVE_INFINITY));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(new Set(seen)).toHaveLength(seen.length);
    expect(seen).toEqual(expect.arrayContaining(made.map((one) => one.caseId)));
    for (let index = 1; index < dues.length; index++) {
      expect((dues[index] ?? 0) + 0.01).toBeGreaterThanOrEqual(dues[index - 1] ?? 0);
    }
  });

  it("finds by reference as typed, by its beginning, and by address", async () => {
    const { ctx, who } = await desk();
    const one = await objection();
    const ids = async (q: string) => (await deskQueue(ctx, { q })).rows.map((row) => row.id);
    expect(await ids(one.reference.toLowerCase().replace("-", " "))).toEqual([one.caseId]);
    expect(await ids(one.reference.slice(0, 7))).toContain(one.caseId);
    expect(await ids(one.email.toUpperCase())).toEqual([one.caseId]);
    expect(await ids("nobody@example.test")).toEqual([]);
    await assignCase(ctx, { caseId: one.caseId, revision: 0 });
    const mine = await deskQueue(ctx, { assigned: "me" });
    expect(mine.rows.map((row) => [row.id, row.assignedTo?.staffId])).toEqual([[one.caseId, who.staffId]]);
    expect((await queueCounts(ctx)).mine).toBe(1);
  });

  it("counts in every view what its list holds, and lists it the same forwards and backwards", async () => {
    const { ctx, who } = await desk();
    for (let index = 0; index < 53; index++) {
      const { caseId } = await objection();
      const aside = index % 2 === 0 ? `${1 + (index % 5)} hours` : "-1 hour";
      await database.sql`
        update cases set snoozed_until = now() + ${aside}::interval, assigned_to = ${index % 3 === 0 ? who.staffId : null},
          awaiting_subject_at = ${index % 4 === 0 ? new Date() : null} where id = ${caseId}`;
    }
    const walk = async (filter: Parameters<typeof deskQueue>[1]) => {
      const forwards: string[] = [];
      let page = await deskQueue(ctx, filter);
      forwards.push(...page.rows.map(({ id }) => id));
      for (; page.next; forwards.push(...page.rows.map(({ id }) => id)))
        page = await deskQueue(ctx, { ...filter, cursor: page.next });
      const backwards = page.rows.map(({ id }) => id);
      for (; page.previous; backwards.unshift(...page.rows.map(({ id }) => id)))
        page = await deskQueue(ctx, { ...filter, before: page.previous });
      expect(backwards).toEqual(forwards);
      return forwards.length;
    };
    const { mine, unassigned, ...states } = await queueCounts(ctx);
    for (const [state, count] of Object.entries(states))
      expect([state, await walk({ state: state as never })]).toEqual([state, count]);
    // Of whoever has them, one that was put aside is missing from the open ones alone.
    const aside = async (assigned: string) => (await walk({ assigned })) + (await walk({ assigned, state: "snoozed" }));
    expect([await aside("me"), await aside("nobody")]).toEqual([mine, unassigned]);
  });

  it("S1: a line says nothing of the person, so that running through the list is no look at a record", async () => {
    const { ctx } = await desk();
    const one = await objection();
    const [row] = (await deskQueue(ctx, { q: one.reference })).rows;
    expect(row?.id).toBe(one.caseId);
    expect(JSON.stringify(row)).not.toMatch(new RegExp(`${one.email}|Test Person`));
  });

  it("H4: nonsense in its address is ignored", async () => {
    const { ctx } = await desk();
    const nonsense = ["!!", "bm9uc2Vuc2U", Buffer.from('["2026-99-99T00:00:00Z","x"]').toString("base64url")];
    for (const cursor of nonsense) {
      const page = await deskQueue(ctx, { state: "no" as never, kind: "x" as never, assigned: "%" as never, cursor });
      expect(page.rows.length).toBeGreaterThan(0);
    }
    expect((await deskQueue(ctx, { q: "%' or 1=1 --" })).rows.length).toBeGreaterThanOrEqual(0);
  });
});
