import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { systemCtx, visitorCtx } from "../context";
import { withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { sendQueuedMail } from "../mail/send-queued-mail";
import { recordForPerson } from "../processing/record-for-person";
import { caseForStaff } from "./desk-queries";
import { nameRight } from "./name-right";
import { redactMessage } from "./redact-message";
import { replyToCase } from "./reply-to-case";
import { wentByMail } from "./went-by-mail";
import { withdrawMessage } from "./withdraw-message";
import { writeLocalMail } from "./write-local-mail";

const database = testDatabase();

async function mailed(text: string, subject = "A question") {
  const email = `robin-${newId()}@sender.example`;
  const personId = await makePerson({ email });
  await writeLocalMail(visitorCtx(), { from: email, subject, text, proved: "on" });
  const [row] = await database.sql`select id, reference from cases where subject_id = ${personId} and channel = 'mail'`;
  const agent = staffCtx(await makeStaff("agent"), "agent");
  const read = async () => {
    const one = await caseForStaff(agent, String(row?.reference));
    if (!one) throw new Error("no case");
    return one;
  };
  return { email, agent, read, caseId: String(row?.id), reference: String(row?.reference) };
}
type Mailed = Awaited<ReturnType<typeof mailed>>;

async function reply({ agent, caseId, read }: Mailed, text: string) {
  const replied = await replyToCase(agent, { caseId, revision: (await read()).revision, text });
  if (!replied.ok) throw new Error(replied.reason);
  return replied.value.messageId;
}
/** What became of the mail with a reply. */
const mailOf = async (messageId: string) =>
  (await database.sql`select * from outgoing_mails where idempotency_key = ${`case-reply-${messageId}`}`)[0];
const send = async (messageId: string) =>
  sendQueuedMail(systemCtx("test"), { mailId: String((await mailOf(messageId))?.id) });
const told = async (email: string) =>
  (await mailsTo(database.sql, email)).find(({ template }) => template === "reply-withdrawn")?.props;
const withdraw = async ({ agent, caseId, read }: Mailed, messageId: string) =>
  withdrawMessage(agent, { caseId, revision: (await read()).revision, messageId, ground: "misdirected" });

describe("a mail out of which something was left", () => {
  it("S14 L7: still proves for an agent who wrote it, and still names the other case", async () => {
    const other = await mailed("Mine");
    const one = await mailed("Stop it, says canary-77", `About ${other.reference}`);
    const before = await one.read();
    const [message] = before.messages;
    const facts = { proved: true, claims: other.reference };
    expect(message?.mail).toMatchObject(facts);
    const at = { caseId: one.caseId, revision: before.revision };
    const bar = { messageId: String(message?.id), passage: "canary-77", ground: "secret" as const };
    expect((await redactMessage(one.agent, { ...at, ...bar })).ok).toBe(true);
    const seen = await one.read();
    expect(seen.messages[0]?.mail).toEqual({ ...facts, subject: null, whole: null });
    await nameRight(one.agent, { ...at, revision: seen.revision, kind: "objection" });
    const { revision } = await one.read();
    const asked = { ...at, revision, kind: "objection" as const, uses: ["improvement" as const] };
    expect(await recordForPerson(one.agent, asked)).toEqual({ ok: true, value: { stopped: true } });
  });

  it("L4: brings nothing back by the next mail, which quotes what was taken out of view", async () => {
    const one = await mailed("First words");
    const messageId = await reply(one, "Wrong canary-78");
    await writeLocalMail(visitorCtx(), {
      ...{ from: one.email, proved: "on", subject: `Re: ${one.reference}`, text: "I see.\n\n> Wrong canary-78" },
    });
    expect((await one.read()).messages.at(-1)?.mail?.whole).toContain("canary-78");
    expect((await withdraw(one, messageId)).ok).toBe(true);
    const seen = await one.read();
    expect(JSON.stringify(seen.messages)).not.toContain("canary-78");
    // What was written before it quotes nothing of it.
    expect(seen.messages[0]?.mail?.whole).toContain("First words");
  });
});

describe("a reply by mail that was taken out of view", () => {
  it("R1: is not sent while nobody tried to, and the person is not told that it was", async () => {
    const one = await mailed("A question");
    const [wrong, other] = [await reply(one, "Wrong canary-79"), await reply(one, "Right")];
    expect((await withdraw(one, wrong)).ok).toBe(true);
    await send(wrong);
    expect(await mailOf(wrong)).toMatchObject({ sealed: null, sent_at: null, skipped_at: expect.any(Date) });
    expect(await told(one.email)).toMatchObject({ mailed: false });
    // No other goes with it, and nobody drops one of a reply that stands.
    await withTransaction(one.agent, (tx) => tx.db.execute(`select tc_drop_reply_mail('${other}')`));
    await send(other);
    expect(await mailOf(other)).toMatchObject({ sent_at: expect.any(Date), skipped_at: null });
  });

  it("L4: went out all the same when the question became a request since", async () => {
    for (const noted of [true, false]) {
      const one = await mailed("Delete me");
      const messageId = await reply(one, "Wrong canary-80");
      await send(messageId);
      // As it was before the event said so.
      if (!noted)
        await database.sql`update case_events set detail = detail - 'mailed' where case_id = ${one.caseId} and type = 'reply.sent'`;
      await nameRight(one.agent, { caseId: one.caseId, revision: (await one.read()).revision, kind: "deletion" });
      const later = await reply(one, "By the page");
      const { events, kind } = await one.read();
      expect([messageId, later].map((id) => wentByMail(events, id, kind))).toEqual([true, false]);
      await withdraw(one, messageId);
      expect(await told(one.email)).toMatchObject({ mailed: true });
    }
  });
});
