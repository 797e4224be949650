import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { config } from "@/trust-center.config";
import { addSubjectMessage } from "../cases/add-subject-message";
import { appealCase } from "../cases/appeal-case";
import { decideCase } from "../cases/decide-case";
import { replyToCase } from "../cases/reply-to-case";
import { withdrawMessage } from "../cases/withdraw-message";
import { type Ctx, type HolderCtx, systemCtx, visitorCtx } from "../context";
import { withTransaction } from "../db/transaction";
import { timelinePage } from "../evidence/timeline";
import { newId } from "../ids";
import { allowUse } from "./allow-use";
import { announceLift } from "./announce-lift";
import { answerQuestions } from "./answer-questions";
import { decideRecord } from "./decide-record";
import { exceptUse } from "./except-use";
import { honourSignal } from "./honour-signal";
import { keepLimit } from "./keep-limit";
import { objectToUse } from "./object-to-use";
import type { Purpose } from "./purposes";
import { myUses, recordsOfCase } from "./queries";
import { restrictUse } from "./restrict-use";
import { takeBack } from "./take-back";
import { tendRecords } from "./tend-records";

const database = testDatabase();
const start = Temporal.Instant.from("2026-05-03T10:00:00Z");
const at =
  (hours = 0) =>
  () =>
    start.add({ hours });
const days = (n: number) => 24 * n;

async function person() {
  const platformUserId = `u-${newId()}`;
  const personId = await makePerson({ platformUserId });
  return { platformUserId, personId, ctx: (hours = 0) => holderCtx(personId, at(hours)) as HolderCtx };
}
const agent = async () => {
  const who = await makeStaff("agent");
  return (hours = 0) => staffCtx(who, "agent", at(hours));
};
const key = () => newId();
const value = <T>(result: { ok: true; value: T } | { ok: false; reason: string }): T => {
  if (!result.ok) throw new Error(result.reason);
  return result.value;
};
const objected = async (ctx: Ctx, purpose: Purpose = "communication", message = "") =>
  value(await objectToUse(ctx, { purpose, message, idempotencyKey: key() }));
const restricted = async (ctx: Ctx) =>
  value(await restrictUse(ctx, { purpose: "", basis: "claims", idempotencyKey: key() }));
const caseAt = async (reference: string | null) => {
  const [row] = await database.sql`select * from cases where reference = ${reference}`;
  return { caseId: String(row?.id), revision: Number(row?.revision), row };
};
/** What staff send with a decision about a record: its case as it is now, and words. */
const wordsAt = async ({ recordId, reference }: { recordId: string; reference: string | null }) => {
  const { caseId, revision } = await caseAt(reference);
  return { caseId, revision, recordId, text: "Words for this person." };
};
/** Tries to take what staff said last out of view. */
const withdrawLast = async (ctx: Ctx, reference: string | null) => {
  const { caseId, revision } = await caseAt(reference);
  const [last] = await database.sql`select id from case_messages where case_id = ${caseId} order by id desc limit 1`;
  return withdrawMessage(ctx, { caseId, revision, messageId: String(last?.id), ground: "mistaken" });
};
const ask = async (subject: string, purpose: Purpose, hours = 0) =>
  (await answerQuestions(systemCtx("test", at(hours)), [{ subject, purpose, system: null }]))[0];
const history = async (recordId: string) =>
  (await database.sql`select what from processing_changes where record_id = ${recordId} order by id`).map(
    ({ what }) => what,
  );

describe("an objection", () => {
  it("L9: to improvement stops it at once and for good: its request closes by itself, nobody weighs or lifts it", async () => {
    const one = await person();
    const made = await objected(one.ctx(), "improvement");
    expect(await ask(one.platformUserId, "improvement")).toMatchObject({ allowed: false, reason: "objection" });
    await tendRecords(systemCtx("test", at()));
    const { caseId, row } = await caseAt(made.reference);
    expect(row).toMatchObject({ decision: "completed", next_due_at: null });
    const staff = await agent();
    // Somebody who asks something about it is answered as in every other case.
    await addSubjectMessage(one.ctx(1), { reference: String(made.reference), message: "Since when?" });
    await tendRecords(systemCtx("test", at(1)));
    const open = await caseAt(made.reference);
    expect(open.row?.closed_at).toBeNull();
    const said = { caseId, revision: open.revision, decision: "completed", text: "Since you asked." } as const;
    expect((await decideCase(staff(1), said)).ok).toBe(true);
    const { revision } = await caseAt(made.reference);
    const target = { caseId, revision, recordId: made.recordId, text: "We would like to." };
    expect(await decideRecord(staff(), { ...target, decision: "rejected", ground: "compelling-grounds" })).toEqual({
      ok: false,
      reason: "unconditional",
    });
    expect(await announceLift(staff(), { ...target, ground: "no-longer-due" })).toEqual({
      ok: false,
      reason: "unconditional",
    });
    await expect(
      database.sql`update processing_records set decision = 'rejected', decided_at = now(), decision_ground = 'x',
        decided_by = (select id from staff limit 1) where id = ${made.recordId}`,
    ).rejects.toThrow(/unconditional/);
  });

  it("L9: to another use stops it while it is weighed; rejected it ends on the announced day and not before (L7)", async () => {
    const one = await person();
    const staff = await agent();
    const made = await objected(one.ctx(), "communication", "canary-word I do not want mails.");
    expect(await ask(one.platformUserId, "communication")).toMatchObject({ reason: "objection-being-weighed" });
    await tendRecords(systemCtx("test", at(1)));
    const { caseId, revision, row } = await caseAt(made.reference);
    expect(row?.closed_at).toBeNull();
    const whole = { caseId, revision, decision: "approved", text: "Done." } as const;
    expect(await decideCase(staff(2), whole)).toEqual({ ok: false, reason: "not-ready" });
    const target = { caseId, revision, recordId: made.recordId, text: "We have to tell you about outages." };
    expect((await decideRecord(staff(2), { ...target, decision: "rejected", ground: "compelling-grounds" })).ok).toBe(
      true,
    );
    expect((await caseAt(made.reference)).row).toMatchObject({
      decision: "declined",
      decline_ground: "compelling-grounds",
    });
    const lifts = 2 + days(config.processing.liftDays);
    await tendRecords(systemCtx("test", at(lifts - 1)));
    expect((await ask(one.platformUserId, "communication", lifts - 1))?.allowed).toBe(false);
    await tendRecords(systemCtx("test", at(lifts)));
    expect((await ask(one.platformUserId, "communication", lifts))?.allowed).toBe(true);
    expect(await history(made.recordId)).toEqual(["asked", "decided", "lift-announced", "ended"]);
    const mails =
      await database.sql`select template from outgoing_mails where person_id = ${one.personId} order by created_at`;
    expect(mails.map(({ template }) => template).sort()).toEqual([
      "case-decided",
      "processing-lift",
      "processing-stopped",
    ]);
  });

  it("L2 L7: a rejected one stays up while that is appealed, and stands again when the appeal is won", async () => {
    const one = await person();
    const [staff, officer] = [await agent(), await makeStaff("officer")];
    const made = await objected(one.ctx(), "communication");
    const { caseId, revision } = await caseAt(made.reference);
    const rejected = { caseId, revision, recordId: made.recordId, decision: "rejected", text: "Outages." } as const;
    expect((await decideRecord(staff(2), { ...rejected, ground: "compelling-grounds" })).ok).toBe(true);
    expect((await appealCase(one.ctx(3), { reference: String(made.reference), message: "Why?" })).ok).toBe(true);
    const open = await caseAt(made.reference);
    await replyToCase(staff(4), { caseId, revision: open.revision, text: "We look again.", asksBack: false });
    const late = days(config.processing.liftDays + 5);
    await tendRecords(systemCtx("test", at(late)));
    expect(await ask(one.platformUserId, "communication", late)).toMatchObject({ allowed: false });
    const again = { caseId, revision: (await caseAt(made.reference)).revision, text: "You are right." };
    const decided = await decideCase(staffCtx(officer, "officer", at(late)), { ...again, decision: "approved" });
    expect(decided.ok).toBe(true);
    await tendRecords(systemCtx("test", at(late + days(30))));
    expect(await ask(one.platformUserId, "communication", late + days(30))).toMatchObject({ reason: "objection" });
  });

  it("L2: of two, one granted and one refused is done in part, with the ground of what was refused", async () => {
    const one = await person();
    const staff = await agent();
    const made = await objected(one.ctx(), "communication");
    const { caseId } = await caseAt(made.reference);
    const second = newId();
    await database.sql`insert into processing_records (id, kind, person_id, case_id, purpose, source, asked_at, in_effect_from)
      values (${second}, 'objection', ${one.personId}, ${caseId}, 'service-delivery', 'person', ${start.toString()}, ${start.toString()})`;
    for (const [recordId, decision] of [
      [made.recordId, "rejected"],
      [second, "upheld"],
    ] as const) {
      const { revision } = await caseAt(made.reference);
      const said = { caseId, revision, recordId, text: "Looked at." };
      const asked = decision === "upheld" ? { decision } : ({ decision, ground: "compelling-grounds" } as const);
      expect((await decideRecord(staff(2), { ...said, ...asked })).ok).toBe(true);
      // The first is refused before the case is decided; its words stay all the same.
      expect(await withdrawLast(staff(2), made.reference)).toEqual({ ok: false, reason: "decision-words" });
    }
    expect((await caseAt(made.reference)).row).toMatchObject({
      decision: "partly",
      decline_ground: "compelling-grounds",
    });
  });

  it("L12: taken back, it leaves a question open that nobody answered", async () => {
    const one = await person();
    const made = await objected(one.ctx(), "communication");
    await addSubjectMessage(one.ctx(1), { reference: String(made.reference), message: "And my old mails?" });
    expect((await takeBack(one.ctx(2), { recordId: made.recordId })).ok).toBe(true);
    expect((await caseAt(made.reference)).row?.closed_at).toBeNull();
  });

  it("S31: the words stand nowhere in rows, log or queue", async () => {
    const one = await person();
    await objected(one.ctx(), "communication", "canary-zebra words");
    for (const query of [
      "select p::text as t from processing_records p",
      "select p::text as t from audit_payloads p",
      "select j.data::text as t from pgboss.job j",
      "select m::text as t from case_messages m",
    ])
      for (const row of await database.sql.unsafe(query)) expect(String(row.t)).not.toContain("canary-zebra");
  });

  it("to what protects everybody or what the law orders is not taken, by the page's form nor by the database", async () => {
    const one = await person();
    for (const purpose of ["security", "legal-compliance"] as const) {
      expect(await objectToUse(one.ctx(), { purpose, idempotencyKey: key() })).toEqual({
        ok: false,
        reason: "not-objectable",
      });
      await expect(
        database.sql`insert into processing_records (id, kind, person_id, purpose, source, asked_at, in_effect_from)
          values (${newId()}, 'objection', ${one.personId}, ${purpose}, 'person', now(), now())`,
      ).rejects.toThrow(/processing_records_objection/);
    }
  });

  it("R7: 20 simultaneous forms make one record and one request; the same key with other words is refused", async () => {
    const one = await person();
    const input = { purpose: "communication", idempotencyKey: key() } as const;
    const answers = await Promise.all(Array.from({ length: 20 }, () => objectToUse(one.ctx(), input)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await objectToUse(one.ctx(), { ...input, idempotencyKey: key() });
    const [counted] =
      await database.sql`select (select count(*)::int from cases where subject_id = ${one.personId}) as cases,
      (select count(*)::int from processing_records where person_id = ${one.personId}) as records`;
    expect(counted).toEqual({ cases: 1, records: 1 });
    const other = await objectToUse(one.ctx(), { ...input, purpose: "service-delivery" });
    expect(other).toEqual({ ok: false, reason: "idempotency-mismatch" });
  });

  it("L12: is taken back in one step, by nobody else, and its open request ends", async () => {
    const [one, other] = [await person(), await person()];
    const made = await objected(one.ctx());
    expect(await takeBack(other.ctx(), { recordId: made.recordId })).toEqual({ ok: false, reason: "not-found" });
    expect(await takeBack(visitorCtx(), { recordId: made.recordId })).toEqual({
      ok: false,
      reason: "sign-in-required",
    });
    expect((await takeBack(one.ctx(1), { recordId: made.recordId })).ok).toBe(true);
    expect(await takeBack(one.ctx(1), { recordId: made.recordId })).toEqual({ ok: false, reason: "already-done" });
    expect((await ask(one.platformUserId, "communication", 1))?.allowed).toBe(true);
    expect((await caseAt(made.reference)).row).toMatchObject({ decision: "cancelled", next_due_at: null });
    // And asked for again it is a new one.
    expect((await objected(one.ctx(2))).recordId).not.toBe(made.recordId);
  });
});

describe("a restriction", () => {
  it("L7: stops every use but those beyond it; what the person allows goes on until they end it or the restriction does", async () => {
    const one = await person();
    const made = await restricted(one.ctx());
    expect((await ask(one.platformUserId, "service-delivery"))?.reason).toBe("restriction");
    expect((await ask(one.platformUserId, "security"))?.reason).toBe("protection-of-others");
    const allowed = value(await allowUse(one.ctx(), { purpose: "communication" }));
    expect((await ask(one.platformUserId, "communication"))?.reason).toBe("consent");
    expect(await allowUse(one.ctx(), { purpose: "communication" })).toEqual({ ok: false, reason: "already-done" });
    expect((await takeBack(one.ctx(), { recordId: allowed.recordId })).ok).toBe(true);
    expect((await ask(one.platformUserId, "communication"))?.reason).toBe("restriction");
    await allowUse(one.ctx(), { purpose: "communication" });
    await takeBack(one.ctx(1), { recordId: made.recordId });
    await restricted(one.ctx(2));
    expect((await ask(one.platformUserId, "communication", 2))?.reason).toBe("restriction");
  });

  it("L7: on a second ground it is a second one, and what was allowed before that can be allowed again", async () => {
    const one = await person();
    const first = await restrictUse(one.ctx(), { purpose: "", basis: "accuracy", idempotencyKey: key() });
    const before = value(await allowUse(one.ctx(1), { purpose: "communication" }));
    const second = await restricted(one.ctx(2));
    expect(second.recordId).not.toBe(value(first).recordId);
    // The claim keeps what the disputed value alone would not; asked for again it is the same.
    const [row] = await database.sql`select basis from processing_records where id = ${second.recordId}`;
    expect(row?.basis).toBe("claims");
    expect((await restricted(one.ctx(3))).recordId).toBe(second.recordId);
    expect((await ask(one.platformUserId, "communication", 3))?.reason).toBe("restriction");
    value(await allowUse(one.ctx(4), { purpose: "communication" }));
    expect((await ask(one.platformUserId, "communication", 4))?.reason).toBe("consent");
    expect(await history(before.recordId)).toEqual(["asked", "ended"]);
    // One of them ended leaves the other, and what goes on under it.
    expect((await takeBack(one.ctx(5), { recordId: second.recordId })).ok).toBe(true);
    expect((await ask(one.platformUserId, "service-delivery", 5))?.reason).toBe("restriction");
    expect((await ask(one.platformUserId, "communication", 5))?.reason).toBe("consent");
  });

  it("L7: is upheld, its lifting is announced, waits for the person's message to be answered, and can be taken back", async () => {
    const one = await person();
    const staff = await agent();
    const made = await restricted(one.ctx());
    const now = () => wordsAt(made);
    const lift = { ground: "claims-over" } as const;
    expect(await announceLift(staff(1), { ...(await now()), ...lift })).toEqual({ ok: false, reason: "not-ready" });
    expect((await decideRecord(staff(1), { ...(await now()), decision: "upheld" })).ok).toBe(true);
    expect((await caseAt(made.reference)).row?.decision).toBe("approved");
    expect((await announceLift(staff(2), { ...(await now()), ...lift })).ok).toBe(true);
    expect(await announceLift(staff(2), { ...(await now()), ...lift })).toEqual({ ok: false, reason: "already-done" });
    expect(await withdrawLast(staff(2), made.reference)).toEqual({ ok: false, reason: "decision-words" });
    const over = 2 + days(config.processing.liftDays) + 1;
    // They write against it: it stands until somebody answered.
    await addSubjectMessage(one.ctx(3), { reference: String(made.reference), message: "The claim is not over." });
    await tendRecords(systemCtx("test", at(over)));
    expect((await ask(one.platformUserId, "communication", over))?.allowed).toBe(false);
    expect((await keepLimit(staff(over), await now())).ok).toBe(true);
    await replyToCase(staff(over), { ...(await now()), asksBack: false });
    await tendRecords(systemCtx("test", at(over + 1)));
    expect((await ask(one.platformUserId, "communication", over + 1))?.allowed).toBe(false);
    expect((await announceLift(staff(over + 2), { ...(await now()), ...lift })).ok).toBe(true);
    const end = over + 2 + days(config.processing.liftDays);
    // Two workers at once: the effect of one (R2).
    await Promise.all([tendRecords(systemCtx("test", at(end))), tendRecords(systemCtx("test", at(end)))]);
    expect((await ask(one.platformUserId, "communication", end))?.allowed).toBe(true);
    expect(await history(made.recordId)).toEqual([
      "asked",
      "decided",
      "lift-announced",
      "lift-kept",
      "lift-announced",
      "ended",
    ]);
    const [entries] =
      await database.sql`select count(*)::int as n from audit_entries where object_id = ${made.recordId} and action = 'processing.lifted'`;
    expect(entries?.n).toBe(1);
  });

  it("L7: what they write with it said again is a message in its request, once, and keeps it standing", async () => {
    const one = await person();
    const staff = await agent();
    const made = await restricted(one.ctx());
    const now = () => wordsAt(made);
    expect((await decideRecord(staff(1), { ...(await now()), decision: "upheld" })).ok).toBe(true);
    expect((await announceLift(staff(2), { ...(await now()), ground: "claims-over" })).ok).toBe(true);
    const form = { purpose: "", basis: "claims", message: "The claim is not over.", idempotencyKey: key() } as const;
    const answers = await Promise.all(Array.from({ length: 5 }, () => restrictUse(one.ctx(3), form)));
    for (const answer of answers) expect(value(answer)).toEqual(made);
    const { caseId, row } = await caseAt(made.reference);
    expect(row?.closed_at).toBeNull();
    expect(
      await database.sql`select author from case_messages where case_id = ${caseId} and author = 'subject'`,
    ).toHaveLength(1);
    const over = 2 + days(config.processing.liftDays) + 1;
    await tendRecords(systemCtx("test", at(over)));
    expect((await ask(one.platformUserId, "communication", over))?.allowed).toBe(false);
    await replyToCase(staff(over), { ...(await now()), asksBack: false });
    await tendRecords(systemCtx("test", at(over + 1)));
    expect((await ask(one.platformUserId, "communication", over + 1))?.allowed).toBe(true);
  });

  it("L7: staff let one use go on for legal claims, in words; nobody else's row, no stale form, no auditor (S14, S1)", async () => {
    const one = await person();
    const staff = await agent();
    const made = await restricted(one.ctx());
    const { caseId, revision } = await caseAt(made.reference);
    const input = {
      caseId,
      revision,
      recordId: made.recordId,
      purpose: "account-management",
      ground: "legal-claims",
      text: "Unpaid bills.",
    } as const;
    const auditor = staffCtx(await makeStaff("auditor"), "auditor", at());
    const stale = staff(0);
    const unproved = { ...stale, actor: { ...stale.actor, steppedUpAt: start.subtract({ hours: 1 }) } } as Ctx;
    expect(await exceptUse(auditor, input)).toEqual({ ok: false, reason: "not-allowed" });
    expect(await exceptUse(unproved, input)).toEqual({ ok: false, reason: "step-up-required" });
    expect(await exceptUse(one.ctx(), input)).toEqual({ ok: false, reason: "not-allowed" });
    expect(await exceptUse(staff(), { ...input, revision: revision + 1 })).toEqual({ ok: false, reason: "conflict" });
    expect(await exceptUse(staff(), { ...input, recordId: newId() })).toEqual({ ok: false, reason: "not-found" });
    expect((await exceptUse(staff(), input)).ok).toBe(true);
    expect(await withdrawLast(staff(), made.reference)).toEqual({ ok: false, reason: "decision-words" });
    expect((await ask(one.platformUserId, "account-management"))?.reason).toBe("legal-claims");
    const [exception] =
      await database.sql`select id from processing_records where person_id = ${one.personId} and kind = 'exception'`;
    expect(await takeBack(one.ctx(), { recordId: String(exception?.id) })).toEqual({
      ok: false,
      reason: "not-allowed",
    });
    expect((await recordsOfCase(staff(), caseId)).map(({ kind }) => kind)).toEqual(["restriction", "exception"]);
    expect(await recordsOfCase(one.ctx(), caseId)).toEqual([]);
  });
});

describe("Global Privacy Control", () => {
  it("W4: objects to improvement once; taken back it is not given again, and an own choice is never overridden", async () => {
    const one = await person();
    expect(await honourSignal(one.ctx())).toBe(true);
    expect(await honourSignal(one.ctx())).toBe(false);
    const uses = await myUses(one.ctx());
    const improvement = uses?.uses.find(({ purpose }) => purpose === "improvement");
    expect(improvement).toMatchObject({ allowed: false, records: [{ source: "gpc", reference: null }] });
    expect((await takeBack(one.ctx(), { recordId: String(improvement?.records[0]?.id) })).ok).toBe(true);
    const { vi } = await import("vitest");
    vi.resetModules();
    const again = await import("./honour-signal");
    expect(await again.honourSignal(one.ctx(1))).toBe(false);
    expect((await ask(one.platformUserId, "improvement", 1))?.allowed).toBe(true);
    const other = await person();
    const own = await objected(other.ctx(), "improvement");
    await takeBack(other.ctx(), { recordId: own.recordId });
    expect(await again.honourSignal(other.ctx())).toBe(false);
  });

  it("words with an objection that the signal made are a request of their own, once for one form", async () => {
    const one = await person();
    await honourSignal(one.ctx());
    const form = { purpose: "improvement", message: "Who counted me so far?", idempotencyKey: key() } as const;
    const said = value(await objectToUse(one.ctx(1), form));
    expect(value(await objectToUse(one.ctx(1), form))).toEqual(said);
    const { row } = await caseAt(said.reference);
    expect(row).toMatchObject({ kind: "objection", closed_at: null, subject_id: one.personId });
    await tendRecords(systemCtx("test", at(2)));
    expect((await caseAt(said.reference)).row?.closed_at).toBeNull();
    const [counted] =
      await database.sql`select (select count(*)::int from case_messages m join cases c on c.id = m.case_id
        where c.subject_id = ${one.personId}) as messages,
      (select count(*)::int from processing_records where person_id = ${one.personId}) as records`;
    expect(counted).toEqual({ messages: 1, records: 1 });
    // Without words there is nothing that anybody has to read.
    expect(await objected(one.ctx(2), "improvement")).toEqual({ recordId: said.recordId, reference: null });
  });

  it("R7: ten requests at the same time record one", async () => {
    const one = await person();
    await Promise.all(Array.from({ length: 10 }, () => honourSignal(one.ctx())));
    const rows = await database.sql`select source from processing_records where person_id = ${one.personId}`;
    expect(rows).toHaveLength(1);
  });
});

describe("what the database keeps", () => {
  it("S20: a person writes no decision and nobody another's; staff change nothing that was asked", async () => {
    const [one, other] = [await person(), await person()];
    const made = await restricted(one.ctx());
    const as = (ctx: Ctx, statement: string) => withTransaction(ctx, (tx) => tx.db.execute(statement));
    const set = (what: string) => `update processing_records set ${what} where id = '${made.recordId}'`;
    await expect(as(one.ctx(), set("basis = 'accuracy'"))).rejects.toThrow();
    await expect(as(one.ctx(), set("purpose = 'communication'"))).rejects.toThrow();
    expect(await as(other.ctx(), set("ended_at = now(), ended_how = 'taken-back'"))).toMatchObject({ count: 0 });
    const staff = (await agent())();
    await expect(as(staff, set("person_id = gen_random_uuid()"))).rejects.toThrow();
    await expect(as(staff, set("ended_at = now(), ended_how = 'lifted'"))).rejects.toThrow();
    const insert = `insert into processing_records (id, kind, person_id, source, basis, asked_at, in_effect_from)
      values ('${newId()}', 'restriction', '${one.personId}', 'person', 'claims', now(), now())`;
    await expect(as(other.ctx(), insert)).rejects.toThrow();
    await expect(as(one.ctx(), "update processing_changes set what = 'ended'")).resolves.toMatchObject({ count: 0 });
    await expect(database.sql`update processing_changes set what = 'ended'`).rejects.toThrow(/append-only/);
    await expect(database.sql`delete from processing_changes`).rejects.toThrow(/append-only/);
    const seen = await withTransaction(other.ctx(), (tx) => tx.db.execute("select * from processing_records"));
    expect(seen.some((row) => row.person_id === one.personId)).toBe(false);
  });
});

describe("what a refusal leaves", () => {
  it("L7: each is counted for its person, use and day, and stands on their timeline alone", async () => {
    const [one, other] = [await person(), await person()];
    await restricted(one.ctx());
    const question = { subject: one.platformUserId, purpose: "communication", system: null } as const;
    const unknown = { subject: `u-${newId()}`, purpose: "communication", system: null } as const;
    const many = Array.from({ length: 30 }, () =>
      answerQuestions(systemCtx("test", at(1)), [question, unknown, question, { ...question, purpose: "security" }]),
    );
    await Promise.all(many);
    await ask(one.platformUserId, "communication", 30);
    const { items } = await timelinePage(one.ctx(40), { limit: 100 });
    const refused = items.filter(({ kind }) => kind === "processing.refused").map(({ facts }) => facts);
    expect(refused).toEqual([
      { purpose: "communication", count: 1, day: "2026-05-04" },
      { purpose: "communication", count: 60, day: "2026-05-03" },
    ]);
    const theirs = await timelinePage(other.ctx(40), { limit: 100 });
    expect(theirs.items.filter(({ kind }) => kind.startsWith("processing."))).toEqual([]);
  });

  it("who is unknown answers as who asked for nothing", async () => {
    const one = await person();
    const [known, unknown] = await answerQuestions(systemCtx("test", at()), [
      { subject: one.platformUserId, purpose: "improvement", system: null },
      { subject: "nobody-at-all", purpose: "improvement", system: null },
    ]);
    expect(known).toEqual(unknown);
    expect(known).toMatchObject({ allowed: true, reason: "no-limit", since: null });
  });
});
