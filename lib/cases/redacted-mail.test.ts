import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { makePerson, makeStaff, staffCtx } from "@/test/people";
import { visitorCtx } from "../context";
import { newId } from "../ids";
import { recordForPerson } from "../processing/record-for-person";
import { caseForStaff } from "./desk-queries";
import { nameRight } from "./name-right";
import { redactMessage } from "./redact-message";
import { replyToCase } from "./reply-to-case";
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
