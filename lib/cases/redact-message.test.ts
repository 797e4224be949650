import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { myAccesses } from "../access/queries";
import { type StaffRole, systemCtx, visitorCtx } from "../context";
import { people } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { forgetPerson } from "../erasure/forget-person";
import { newId } from "../ids";
import { addSubjectMessage } from "./add-subject-message";
import { decideCase } from "./decide-case";
import { caseForStaff } from "./desk-queries";
import { extendClock } from "./extend-clock";
import { mergeCases } from "./merge-cases";
import { openInquiry } from "./open-inquiry";
import { openOriginals, originalsOf } from "./open-originals";
import { caseForSubject } from "./queries";
import { redactMessage } from "./redact-message";
import { replyToCase } from "./reply-to-case";
import { submitInquiry } from "./submit-inquiry";
import { submitPlainRequest } from "./submit-plain-request";
import { withdrawMessage } from "./withdraw-message";

const database = testDatabase();

const desk = async (role: StaffRole = "agent", clock?: () => Temporal.Instant) => {
  const who = await makeStaff(role);
  return staffCtx(who, role, clock);
};

const secret = "Ana Lind, canary-5512";

async function request(
  message = `My colleague ${secret} says so. Write to ${secret}.`,
  clock?: () => Temporal.Instant,
) {
  const person = await makePerson();
  const holder = holderCtx(person, clock);
  const made = await submitPlainRequest(holder, { kind: "objection", message, idempotencyKey: newId() });
  if (!made.ok) throw new Error(made.reason);
  return { person, holder, ...made.value };
}
const seenBy = (ctx: ReturnType<typeof staffCtx>, caseId: string) => caseForStaff(ctx, caseId);
const clocksOf = (caseId: string) =>
  database.sql`select stopped_at::text as stopped, started_at::text as started, due_at::text as due from case_clocks
    where case_id = ${caseId} and rule = 'policy-72h' order by started_at`;

describe("leaving a passage out of a message", () => {
  it("L4: shows a bar and its ground to the person and to colleagues, and the words to nobody", async () => {
    const one = await request();
    const agent = await desk();
    const before = await seenBy(agent, one.caseId);
    const messageId = String(before?.messages[0]?.id);
    const at = { caseId: one.caseId, revision: before?.revision ?? -1, messageId };
    expect((await redactMessage(agent, { ...at, passage: ` ${secret}\r\n`, ground: "rights-of-others" })).ok).toBe(
      true,
    );
    const [desks, persons] = [await seenBy(agent, one.caseId), await caseForSubject(one.holder, one.reference)];
    for (const seen of [desks, persons]) {
      expect(seen?.messages[0]?.text).toBe(
        "My colleague [left out: it is about another person] says so. Write to [left out: it is about another person].",
      );
      expect(JSON.stringify(seen)).not.toContain("canary-5512");
      expect(seen?.events.at(-1)).toMatchObject({ type: "message.redacted", detail: { ground: "rights-of-others" } });
    }
    // What was left out cannot be found again, and a form that was opened before is refused.
    const next = { ...at, revision: desks?.revision ?? -1, ground: "secret" as const };
    expect(await redactMessage(agent, { ...next, passage: secret })).toEqual({ ok: false, reason: "passage-missing" });
    expect(await redactMessage(agent, { ...at, passage: "says so", ground: "secret" })).toEqual({
      ...{ ok: false, reason: "conflict" },
    });
    expect((await redactMessage(agent, { ...next, passage: "says so" })).ok).toBe(true);
    const [found] = await database.sql`
      select (select count(*)::int from audit_payloads where payload::text like '%canary-5512%')
           + (select count(*)::int from case_events where detail::text like '%canary-5512%') as n`;
    expect(found?.n).toBe(0);
  });

  it("S14: is a power of those who may change a case, on a message of that case", async () => {
    const [one, other] = [await request(), await request()];
    const agent = await desk();
    const seen = await seenBy(agent, one.caseId);
    const input = { caseId: one.caseId, revision: 0, messageId: String(seen?.messages[0]?.id), passage: "says so" };
    const ground = "mistaken" as const;
    for (const ctx of [one.holder, visitorCtx(), await desk("auditor")]) {
      expect(await redactMessage(ctx, { ...input, ground })).toEqual({ ok: false, reason: "not-allowed" });
      expect(await withdrawMessage(ctx, { ...input, ground })).toEqual({ ok: false, reason: "not-allowed" });
    }
    const stale = { ...agent, actor: { ...agent.actor, steppedUpAt: null } } as typeof agent;
    expect(await redactMessage(stale, { ...input, ground })).toEqual({ ok: false, reason: "step-up-required" });
    expect(await redactMessage(agent, { ...input, caseId: other.caseId, ground })).toEqual({
      ...{ ok: false, reason: "not-found" },
    });
    expect(await redactMessage(agent, { ...input, passage: "  ", ground })).toMatchObject({ reason: "invalid-input" });
  });

  it("S15: the database changes no words without their original, and neither of both afterwards", async () => {
    const one = await request();
    const agent = await desk();
    const messageId = String((await seenBy(agent, one.caseId))?.messages[0]?.id);
    const change = `update case_messages set body = '\\x00' where id = '${messageId}'`;
    await expect(withTransaction(agent, (tx) => tx.db.execute(change))).rejects.toThrow();
    await expect(
      withTransaction(agent, (tx) =>
        tx.db.execute(`insert into message_redactions (id, message_id, ground, staff_id, at)
          values ('${newId()}', '${messageId}', 'secret', '${agent.actor.kind === "staff" ? agent.actor.staffId : ""}', now())`),
      ),
    ).rejects.toThrow();
    await redactMessage(agent, { caseId: one.caseId, revision: 0, messageId, passage: secret, ground: "secret" });
    const { sql } = database;
    await expect(sql`delete from message_originals where message_id = ${messageId}`).rejects.toThrow(/append-only/);
    await expect(sql`update message_redactions set ground = 'x' where message_id = ${messageId}`).rejects.toThrow(
      /append-only/,
    );
    // An agent put it away and does not get it back.
    const seen = await withTransaction(agent, (tx) => tx.db.execute("select 1 from message_originals"));
    expect(seen).toHaveLength(0);
  });
});

describe("taking a message out of view", () => {
  it("L1: a reply that answered is owed again, by the clock that it had stopped", async () => {
    const one = await request();
    const agent = await desk();
    const [running] = await clocksOf(one.caseId);
    const replied = await replyToCase(agent, { caseId: one.caseId, revision: 0, text: `About ${secret}` });
    if (!replied.ok) throw new Error(replied.reason);
    expect((await clocksOf(one.caseId))[0]?.stopped).not.toBeNull();
    const at = { caseId: one.caseId, revision: 1, messageId: replied.value.messageId, ground: "misdirected" as const };
    expect(await withdrawMessage(agent, at)).toEqual({ ok: true, value: { owedAgain: true } });
    expect(await clocksOf(one.caseId)).toEqual([running]);
    const seen = await caseForSubject(one.holder, one.reference);
    const message = seen?.messages.find(({ id }) => id === at.messageId);
    expect(message).toMatchObject({ withdrawn: { ground: "misdirected" }, attachments: [] });
    expect(JSON.stringify(seen)).not.toContain("About");
    const mails = (await mailsTo(database.sql, `p-${one.person}@example.test`)).map(({ template }) => template);
    expect(mails.filter((template) => template === "reply-withdrawn")).toHaveLength(1);
    expect(await withdrawMessage(agent, { ...at, revision: 2 })).toEqual({ ok: false, reason: "already-done" });
    const [row] = await database.sql`select answered_at from cases where id = ${one.caseId}`;
    expect(row?.answered_at).toBeNull();
  });

  it("L1: is answered by the next reply that stands, and gains no time over what was written since", async () => {
    const now = Temporal.Now.instant();
    const at = (minutes: number) => () => now.add({ minutes });
    const one = await request("Stop", at(0));
    const who = await makeStaff("agent");
    const agent = (minutes: number) => staffCtx(who, "agent", at(minutes));
    const first = await replyToCase(agent(1), { caseId: one.caseId, revision: 0, text: "Wrong" });
    const second = await replyToCase(agent(2), { caseId: one.caseId, revision: 1, text: "Right" });
    if (!first.ok || !second.ok) throw new Error("no reply");
    const input = { caseId: one.caseId, ground: "mistaken" as const };
    expect(await withdrawMessage(agent(3), { ...input, revision: 2, messageId: first.value.messageId })).toEqual({
      ok: true,
      value: { owedAgain: false },
    });
    const [stopped] = await database.sql`
      select c.answered_at = m.at as moved from cases c join case_messages m on m.case_id = c.id where m.id = ${second.value.messageId}`;
    expect(stopped?.moved).toBe(true);
    // They write again, which starts a clock; then the only answer goes: one clock runs, from the first beginning.
    const [begun] = await clocksOf(one.caseId);
    await addSubjectMessage(holderCtx(one.person, at(4)), { reference: one.reference, message: "And now?" });
    const [row] = await database.sql`select revision from cases where id = ${one.caseId}`;
    expect(
      await withdrawMessage(agent(5), { ...input, revision: row?.revision, messageId: second.value.messageId }),
    ).toEqual({ ok: true, value: { owedAgain: true } });
    const running = (await clocksOf(one.caseId)).filter(({ stopped: end }) => end === null);
    expect(running).toMatchObject([{ started: begun?.started, due: begun?.due }]);
  });

  it("L1: is owed in the older case when its own was merged, from its own beginning, until that answers", async () => {
    const now = Temporal.Now.instant();
    const at = (minutes: number) => () => now.add({ minutes });
    const who = await makeStaff("agent");
    const agent = (minutes: number) => staffCtx(who, "agent", at(minutes));
    const older = await request("First", at(0));
    const again = { kind: "objection", message: "Second", idempotencyKey: newId() } as const;
    const made = await submitPlainRequest(holderCtx(older.person, at(1)), again);
    if (!made.ok) throw new Error(made.reason);
    const younger = made.value;
    // The older one is answered first, which is no answer to the younger.
    const wrong = await replyToCase(agent(2), { caseId: younger.caseId, revision: 0, text: "Wrong" });
    await replyToCase(agent(3), { caseId: older.caseId, revision: 0, text: "To the first" });
    if (!wrong.ok) throw new Error(wrong.reason);
    const [begun] = await clocksOf(younger.caseId);
    const both = { caseId: older.caseId, revision: 1, otherId: younger.caseId, otherRevision: 1 };
    expect((await mergeCases(agent(4), both)).ok).toBe(true);
    const input = { caseId: younger.caseId, messageId: wrong.value.messageId, ground: "mistaken" as const };
    expect(await withdrawMessage(agent(5), { ...input, revision: 2 })).toEqual({
      ok: true,
      value: { owedAgain: true },
    });
    const running = (await clocksOf(older.caseId)).filter(({ stopped }) => stopped === null);
    expect(running).toMatchObject([{ started: begun?.started, due: begun?.due }]);
    expect((await clocksOf(younger.caseId)).filter(({ stopped }) => stopped === null)).toEqual([]);
    const [row] = await database.sql`select answered_at from cases where id = ${younger.caseId}`;
    expect(row?.answered_at).toBeNull();
  });

  it("L1: is no answer that its case ended, by the person or as spam; and none is owed after that", async () => {
    for (const [decision, ground] of [
      ["cancelled", null],
      ["declined", "spam"],
    ]) {
      const one = await request();
      const agent = await desk();
      const replied = await replyToCase(agent, { caseId: one.caseId, revision: 0, text: "Wrong" });
      if (!replied.ok) throw new Error(replied.reason);
      await database.sql`update cases set closed_at = now(), decided_at = now(), decision = ${decision ?? null}, decline_ground = ${ground ?? null}
        where id = ${one.caseId}`;
      await database.sql`update case_clocks set stopped_at = now() where case_id = ${one.caseId} and stopped_at is null`;
      const at = { caseId: one.caseId, revision: 1, messageId: replied.value.messageId, ground: "mistaken" as const };
      expect(await withdrawMessage(agent, at)).toEqual({ ok: true, value: { owedAgain: false } });
      const [row] = await database.sql`select c.answered_at, c.next_due_at, k.stopped_at = c.closed_at as ended
        from cases c join case_clocks k on k.case_id = c.id and k.rule = 'policy-72h' where c.id = ${one.caseId}`;
      expect(row).toEqual({ answered_at: null, next_due_at: null, ended: true });
    }
  });

  it("L2: leaves the words of a decision, out of which single passages can go", async () => {
    const one = await request();
    const agent = await desk();
    await decideCase(agent, { caseId: one.caseId, revision: 0, decision: "approved", text: `Done, says ${secret}` });
    const words = (await caseForSubject(one.holder, one.reference))?.messages.at(-1);
    const at = { caseId: one.caseId, revision: 1, messageId: String(words?.id), ground: "rights-of-others" as const };
    expect(await withdrawMessage(agent, at)).toEqual({ ok: false, reason: "decision-words" });
    expect((await redactMessage(agent, { ...at, passage: secret })).ok).toBe(true);
  });

  it("L1: leaves the reasons without which an extension is none", async () => {
    const one = await request();
    const agent = await desk();
    const text = "Your company has many records, and we read each of them before it leaves.";
    expect((await extendClock(agent, { caseId: one.caseId, revision: 0, rule: "gdpr-1m", text })).ok).toBe(true);
    const words = (await caseForSubject(one.holder, one.reference))?.messages.at(-1);
    const at = { caseId: one.caseId, revision: 1, messageId: String(words?.id), ground: "mistaken" as const };
    expect(await withdrawMessage(agent, at)).toEqual({ ok: false, reason: "decision-words" });
  });
});

describe("reading a message as it was written", () => {
  it("S15: is an officer's, with a reason of which the person has a receipt", async () => {
    const one = await request();
    const agent = await desk();
    const messageId = String((await seenBy(agent, one.caseId))?.messages[0]?.id);
    await redactMessage(agent, { caseId: one.caseId, revision: 0, messageId, passage: secret, ground: "secret" });
    const officer = await desk("officer");
    // Having opened the case is no reason for this.
    await seenBy(officer, one.caseId);
    expect(await originalsOf(officer, one.reference)).toMatchObject({ messages: null });
    const why = { caseId: one.caseId, purpose: "complaint" as const, words: "An authority asks for canary-77" };
    for (const ctx of [agent, await desk("auditor"), one.holder]) {
      expect(await openOriginals(ctx, why)).toEqual({ ok: false, reason: "not-allowed" });
      expect(await originalsOf(ctx, one.reference)).toBeNull();
    }
    expect(await openOriginals(officer, { ...why, words: "so" })).toMatchObject({ reason: "invalid-input" });
    expect((await openOriginals(officer, why)).ok).toBe(true);
    const read = await originalsOf(officer, one.reference);
    expect(read?.messages).toMatchObject([{ id: messageId, author: "subject" }]);
    expect(read?.messages?.[0]?.text).toContain(secret);
    const { rows } = await myAccesses(one.holder);
    expect(rows.filter(({ what }) => what === "original")).toMatchObject([{ role: "officer", purpose: "complaint" }]);
    expect(JSON.stringify(rows)).not.toContain("canary-77");
    const log =
      await database.sql`select 1 from audit_entries where action = 'case.originals-read' and object_id = ${one.caseId}`;
    expect(log).toHaveLength(1);
  });

  it("S32: goes with the person's key, and with the case", async () => {
    const one = await request();
    const agent = await desk();
    const messageId = String((await seenBy(agent, one.caseId))?.messages[0]?.id);
    await redactMessage(agent, { caseId: one.caseId, revision: 0, messageId, passage: secret, ground: "secret" });
    await withTransaction(systemCtx("test"), async (tx) => {
      const [row] = await tx.db.select().from(people).where(eq(people.id, one.person));
      if (row) await forgetPerson(tx, row);
    });
    const officer = await desk("officer");
    await openOriginals(officer, { caseId: one.caseId, purpose: "security", words: "Looking after it went" });
    expect((await originalsOf(officer, one.reference))?.messages).toMatchObject([{ text: null }]);
    await withTransaction(systemCtx("test"), (tx) => tx.db.execute(`delete from cases where id = '${one.caseId}'`));
    expect(await database.sql`select 1 from message_originals where message_id = ${messageId}`).toHaveLength(0);
  });

  it("works while nobody here is the subject", async () => {
    const sent = await submitInquiry(visitorCtx(), {
      ...{
        name: "Kim",
        email: `kim-${newId()}@example.test`,
        message: `Ask ${secret}`,
        idempotencyKey: newId(),
        network: null,
      },
    });
    if (!sent.ok) throw new Error(sent.reason);
    const [intake] = await database.sql`select id from intakes where reference = ${sent.value.reference}`;
    await openInquiry(systemCtx("test"), { intakeId: String(intake?.id) });
    const agent = await desk();
    const seen = await caseForStaff(agent, sent.value.reference);
    const messageId = String(seen?.messages[0]?.id);
    const at = { caseId: String(seen?.id), revision: seen?.revision ?? -1, messageId };
    expect((await redactMessage(agent, { ...at, passage: secret, ground: "secret" })).ok).toBe(true);
    expect((await caseForStaff(agent, sent.value.reference))?.messages[0]?.text).toMatch(/^Ask \[left out/);
  });
});
