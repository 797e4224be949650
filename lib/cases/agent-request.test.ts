import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { passed, sendRequest, tokenOf } from "@/test/ways-in";
import { systemCtx, visitorCtx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { decideCase } from "./decide-case";
import { caseForStaff } from "./desk-queries";
import { disownRequest } from "./disown-request";
import { extendClock } from "./extend-clock";
import { caseOfMail } from "./mail-thread";
import { mergeCases } from "./merge-cases";
import { openStatus } from "./open-status";
import { proofPage, proveIdentity } from "./prove-identity";
import { caseForSubject } from "./queries";
import { replyToCase } from "./reply-to-case";
import { statusOfSession } from "./status-queries";
import { submitPlainRequest } from "./submit-plain-request";
import { withdrawalPage, withdrawPermission } from "./withdraw-permission";
import { writeOnStatus } from "./write-on-status";

const database = testDatabase();
demoPlatformPerTest();
const visitor = visitorCtx();

/** An agent asks in a subject's name; the subject is somebody who signed in here, or nobody. */
async function asked(known = true) {
  const person = await makePerson();
  const subject = known ? `p-${person}@example.test` : `nobody-${person}@nowhere.example`;
  const agent = `alex-${newId()}@agents.example`;
  const sent = await sendRequest(database.sql, {
    ...{ kind: "objection", name: "Alex Agent", email: agent, subjectEmail: subject, message: "She wants it to stop." },
  });
  return { ...sent, person, subject, agent };
}
const code = async (address: string, template = "request-received") => {
  const opened = await openStatus(visitor, { ...(await passed(database.sql, address, template)), network: null });
  if (!opened.ok) throw new Error(opened.reason);
  return opened.value.session;
};
const templates = async (address: string) => (await mailsTo(database.sql, address)).map(({ template }) => template);
const prove = async (subject: string) => {
  const token = await tokenOf(database.sql, subject, "identity-ask");
  const made = await proveIdentity(visitor, { token, network: null });
  if (!made.ok) throw new Error(made.reason);
  return made.value.sessionToken;
};
const agentOfDesk = async () => staffCtx(await makeStaff("agent"), "agent");

describe("CCPR 7063: somebody asks for somebody else", () => {
  it("S16: the agent hears and sees the same for a subject that is known and one that is not", async () => {
    const seen = [];
    for (const known of [true, false]) {
      const { agent, reference } = await asked(known);
      const mails = await mailsTo(database.sql, agent);
      expect(mails).toHaveLength(1);
      const { statusPath, ...props } = mails[0]?.props ?? {};
      expect(statusPath).toContain("/requests/status?reference=");
      const view = await statusOfSession(visitor, await code(agent));
      const same = (value: unknown) =>
        JSON.stringify(value)
          .replaceAll(reference, "PR")
          .replace(/\d{2}:\d{2}(:[\d.]+)?/g, "");
      seen.push(same([mails[0]?.template, props, view]));
    }
    expect(seen[0]).toBe(seen[1]);
  });

  it("the subject reads what they sign, signs by the link, and it is kept with hash and time", async () => {
    const { agent, subject, person, reference } = await asked();
    const page = await proofPage(visitor, await tokenOf(database.sql, subject, "identity-ask"));
    expect(page?.statement).toContain(`I permit Alex Agent (${agent}) to ask`);
    expect(page?.statement).toContain(reference);
    await prove(subject);
    const [row] = await database.sql`select a.*, c.subject_id, c.requester_id from agent_permissions a
      join cases c on c.id = a.case_id where c.reference = ${reference}`;
    expect(row).toMatchObject({ subject_id: person, requester_id: null, withdrawn_at: null });
    expect(row?.statement_sha256).toBe(sha256Hex(String(page?.statement)));
    expect(row?.signed_at).not.toBeNull();
    expect((await mailsTo(database.sql, subject)).at(-1)).toMatchObject({
      template: "permission-signed",
      props: { statement: page?.statement, reference },
    });
    // Evidence: the database lets nobody change or unsign it.
    for (const change of [
      "signed_at = now()",
      "statement_sha256 = 'x'",
      "signed_at = null, statement_sha256 = null",
      "statement = null",
    ])
      await expect(
        database.sql.unsafe(`update agent_permissions set ${change} where case_id = '${row?.case_id}'`),
      ).rejects.toThrow();
  });

  it("nothing reaches the agent before the signature: no text, no thread, no way to write", async () => {
    const { agent, reference } = await asked();
    const session = await code(agent);
    expect(await writeOnStatus(visitor, { session, message: "Well?" })).toEqual({ ok: false, reason: "not-found" });
    const desk = await agentOfDesk();
    const one = await caseForStaff(desk, reference);
    await replyToCase(desk, { caseId: String(one?.id), revision: one?.revision ?? 0, text: "SECRET words" });
    expect(JSON.stringify(await mailsTo(database.sql, agent))).not.toContain("SECRET");
    expect(await statusOfSession(visitor, session)).toEqual({
      ...{ bearer: "agent", reference, kind: "objection", closed: false },
      receivedAt: one?.receivedAt,
    });
  });

  it("GDPR 12(3): the reasons of an extension wait for the signature too, and are said as such", async () => {
    const { agent, subject, reference } = await asked();
    const desk = await agentOfDesk();
    const extend = async () => {
      const one = await caseForStaff(desk, reference);
      return extendClock(desk, {
        ...{ caseId: String(one?.id), revision: one?.revision ?? 0, rule: "gdpr-1m", text: "SECRET reasons" },
      });
    };
    expect(await extend()).toEqual({ ok: false, reason: "permission-unsigned" });
    expect(await templates(agent)).toEqual(["request-received"]);
    expect((await caseForStaff(desk, reference))?.messages).toHaveLength(1);
    await prove(subject);
    expect(await extend()).toEqual({ ok: true, value: null });
    expect((await mailsTo(database.sql, agent)).at(-1)).toMatchObject({
      ...{ template: "clock-extended", props: { text: "SECRET reasons" } },
    });
  });

  it("the answers go to the agent after it, and to the subject alone once it was taken back", async () => {
    const { agent, subject, person, reference } = await asked();
    const before = await code(agent);
    await prove(subject);
    const view = await statusOfSession(visitor, before);
    expect(view && "messages" in view && view.messages.map(({ text }) => text)).toEqual(["She wants it to stop."]);
    expect((await writeOnStatus(visitor, { session: before, message: "And?" })).ok).toBe(true);
    const desk = await agentOfDesk();
    const open = async () => (await caseForStaff(desk, reference)) ?? expect.fail("the case is missing");
    let one = await open();
    await replyToCase(desk, { caseId: one.id, revision: one.revision, text: "It stopped." });
    expect(await templates(agent)).toEqual(["request-received", "case-reply"]);

    const token = await tokenOf(database.sql, subject, "permission-signed");
    for (let look = 0; look < 2; look++) expect(await withdrawalPage(visitor, token)).toEqual({ reference });
    const answers = await Promise.all([1, 2].map(() => withdrawPermission(visitor, { token })));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await statusOfSession(visitor, before)).toBeNull();
    expect(await openStatus(visitor, { ...(await passed(database.sql, agent, "case-reply")), network: null })).toEqual({
      ok: false,
      reason: "code-expired",
    });
    one = await open();
    await decideCase(desk, { caseId: one.id, revision: one.revision, decision: "approved", text: "Done." });
    expect(await templates(agent)).toEqual(["request-received", "case-reply"]);
    expect((await mailsTo(database.sql, subject)).at(-1)).toMatchObject({
      template: "case-decided",
      props: { statusPath: null },
    });
    // It is the subject's own case from the signature on.
    expect((await caseForSubject(holderCtx(person), reference))?.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["permission.signed", "permission.withdrawn"]),
    );
  });

  it("S19: is merged with nothing that the subject asked for, and counts by mail only while it is permitted", async () => {
    const { agent, subject, person, reference } = await asked();
    const found = async () => {
      const mail = { subject: `Re: ${reference}`, headers: [], to: [] };
      const { found: row } = await withTransaction(systemCtx("test"), (tx) =>
        caseOfMail(tx, mail as unknown as Parameters<typeof caseOfMail>[1], agent),
      );
      return row?.reference ?? null;
    };
    expect(await found()).toBeNull();
    await prove(subject);
    expect(await found()).toBe(reference);
    const own = await submitPlainRequest(holderCtx(person), {
      ...{ kind: "objection", message: "My own words", idempotencyKey: newId() },
    });
    if (!own.ok) throw new Error(own.reason);
    const staff = await agentOfDesk();
    const [theirs] = await database.sql`select id, revision from cases where reference = ${reference}`;
    const [mine] = await database.sql`select id, revision from cases where id = ${own.value.caseId}`;
    expect((await caseForStaff(staff, own.value.caseId))?.duplicates).toEqual([]);
    expect(
      await mergeCases(staff, {
        ...{ caseId: theirs?.id, revision: theirs?.revision, otherId: mine?.id, otherRevision: mine?.revision },
      }),
    ).toEqual({ ok: false, reason: "not-mergeable" });
  });

  it("an agent's own session takes nothing back and proves nothing", async () => {
    const { agent, subject } = await asked();
    await prove(subject);
    const session = await code(agent);
    expect((await withdrawPermission(visitor, { session })).ok).toBe(false);
  });

  it("the subject refuses as easily: the agent is told that it was declined, with the ground", async () => {
    const { agent, subject, reference } = await asked();
    const token = await tokenOf(database.sql, subject, "identity-ask");
    expect((await disownRequest(visitor, { token })).ok).toBe(true);
    const [row] =
      await database.sql`select decision, decline_ground, subject_id from cases where reference = ${reference}`;
    expect(row).toEqual({ decision: "declined", decline_ground: "identity-not-confirmed", subject_id: null });
    expect((await mailsTo(database.sql, agent)).at(-1)).toMatchObject({
      template: "case-decided",
      props: { decision: "declined", ground: "identity-not-confirmed", text: null },
    });
  });
});
