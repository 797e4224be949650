import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { myClients } from "../clients/queries";
import { systemCtx } from "../context";
import { withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { addInternalNote } from "./add-internal-note";
import { assignCase } from "./assign-case";
import { lockCase } from "./change-case";
import { caseForStaff } from "./desk-queries";
import { emptyPassedOn } from "./empty-passed-on";
import { followUp } from "./follow-up";
import { nameRight } from "./name-right";
import { openInquiry } from "./open-inquiry";
import { recogniseAsker } from "./recognise-asker";
import { replyToCase } from "./reply-to-case";
import { submitInquiry } from "./submit-inquiry";
import { takeRequest } from "./take-request";

const database = testDatabase();
const platform = demoPlatformPerTest();
const query = async (text: string, values: unknown[] = []) => (await platform.client.query(text, values)).rows;
const system = systemCtx("test");
type At = { caseId: string; revision: number };
const desk = async () => staffCtx(await makeStaff("agent"), "agent");
const templates = async (address: string) => (await mailsTo(database.sql, address)).map(({ template }) => template);

/** An address that one company names as its client's, and what waits for that company's owner. */
async function named() {
  const email = `kim-${newId()}@clients.example`;
  const [owner] = await query(
    `select id, company_id, email from users where role = 'owner' and closed_at is null order by id limit 1`,
  );
  await query("update clients set email = $2 where id = (select min(id) from clients where company_id = $1)", [
    owner.company_id,
    email,
  ]);
  const ctx = holderCtx(
    await makePerson({ platformUserId: owner.id, platformCompanyId: owner.company_id, platformOwner: true }),
  );
  const task = async (reference: string) =>
    (await myClients(ctx))?.requests.find((one) => one.reference === reference) ?? null;
  return { email, task };
}
const caseOf = async (caseId: string) => (await database.sql`select * from cases where id = ${caseId}`)[0];
const queued = async (caseId: string, job: string) =>
  (await database.sql`select 1 from pgboss.job where name = ${job} and data->>'caseId' = ${caseId}`).length;

async function phoned(email: string) {
  const receivedAt = Temporal.Now.instant().subtract({ hours: 2 }).toString({ smallestUnit: "minute" });
  const made = await takeRequest(await desk(), {
    ...{ kind: "access", how: "phone", name: "Kim Example", email, receivedAt: receivedAt.replace("Z", "") },
    message: "Wants to know what is held.",
  });
  return made.ok ? made.value : expect.fail(made.reason);
}
async function questioned(email: string, message = "What do you know about me?") {
  const made = await submitInquiry(system, {
    ...{ name: "Kim Example", email, message, idempotencyKey: newId(), network: null },
  } as never);
  if (!made.ok) throw new Error(made.reason);
  const [intake] = await database.sql`select id from intakes where reference = ${made.value.reference}`;
  await openInquiry(system, { intakeId: String(intake?.id) });
  const [row] = await database.sql`select id from cases where reference = ${made.value.reference}`;
  return { caseId: String(row?.id), reference: made.value.reference };
}

describe("L11: a company's own customer, by every other way in", () => {
  it("by phone: hears at once who answers, the company is told, and nothing else stays than that it was so", async () => {
    const { email, task } = await named();
    const { caseId, reference } = await phoned(email);
    await Promise.all([1, 2].map(() => recogniseAsker(system, { caseId })));
    expect(await templates(email)).toEqual(["request-received", "request-passed-on"]);
    expect(await task(reference)).toMatchObject({ email, name: "Kim Example" });
    expect((await task(reference))?.text).toMatch(/^Wants to know what is held\.\n\n\(Written down by our team\./);
    expect(await queued(caseId, "case.empty")).toBe(1);
    for (let time = 0; time < 2; time++) await emptyPassedOn(system, { caseId });
    const row = await caseOf(caseId);
    // L10: that it came, when, how and as what, and when and how it was answered.
    expect(row).toMatchObject({
      ...{ reference, kind: "access", channel: "staff", decision: "completed", approval_ground: "passed-on" },
      ...{ contact: null, contact_hash: null, subject_id: null, decided_by: null },
    });
    for (const at of ["received_at", "answered_at", "closed_at"]) expect(row?.[at]).not.toBeNull();
    const [left] = await database.sql`select
      (select count(*)::int from case_messages where case_id = ${caseId}) as messages,
      (select count(*)::int from case_tokens where case_id = ${caseId}) as tokens,
      (select count(*)::int from case_clocks where case_id = ${caseId} and stopped_at is null) as running,
      (select count(*)::int from audit_entries where object_id = ${caseId} and action = 'case.emptied') as emptied`;
    expect(left).toEqual({ messages: 0, tokens: 0, running: 0, emptied: 1 });
    // The company still has the words.
    expect((await task(reference))?.text).toContain("Wants to know what is held.");
  });

  it("an address that nobody has is told so, once, and the case stays with who wrote it down", async () => {
    const email = `nobody-${newId()}@nowhere.example`;
    const { caseId } = await phoned(email);
    for (let time = 0; time < 2; time++) await recogniseAsker(system, { caseId });
    expect(await templates(email)).toEqual(["request-received", "request-unknown"]);
    expect(await caseOf(caseId)).toMatchObject({ closed_at: null });
    await emptyPassedOn(system, { caseId });
    expect((await caseOf(caseId))?.contact).not.toBeNull();
  });

  it("a question: its form looks nobody up (S16), a job tells the address alone", async () => {
    const { email, task } = await named();
    const { caseId, reference } = await questioned(email);
    const stranger = await questioned(`nobody-${newId()}@nowhere.example`);
    for (const one of [caseId, stranger.caseId]) expect(await queued(one, "identity.ask")).toBe(1);
    await recogniseAsker(system, { caseId });
    await recogniseAsker(system, { caseId: stranger.caseId });
    expect(await templates(email)).toEqual(["inquiry-received", "request-passed-on"]);
    expect((await task(reference))?.text).toContain("What do you know about me?");
    // Who is nobody's client asked a question, and a person answers it.
    expect(await caseOf(stranger.caseId)).toMatchObject({ closed_at: null });
    expect(await database.sql`select 1 from client_requests where case_id = ${stranger.caseId}`).toEqual([]);
  });

  it("whoever writes again with a reference is answered by a person, and so is a question that was answered already", async () => {
    const { email, task } = await named();
    const again = await questioned(`kim-${newId()}@clients.example`, "I heard nothing about PR-7K2M-Q4XD.");
    expect(await queued(again.caseId, "identity.ask")).toBe(0);
    const { caseId, reference } = await questioned(email);
    const ctx = await desk();
    const { revision = 0 } = (await caseForStaff(ctx, caseId)) ?? {};
    expect((await replyToCase(ctx, { caseId, revision, text: "Here is how." })).ok).toBe(true);
    await recogniseAsker(system, { caseId });
    expect(await task(reference)).toBeNull();
    expect(await caseOf(caseId)).toMatchObject({ closed_at: null });
  });

  const staffDo: [string, (ctx: Awaited<ReturnType<typeof desk>>, at: At) => Promise<{ ok: boolean }>][] = [
    ["was asked back on", (ctx, at) => replyToCase(ctx, { ...at, text: "Which one?", asksBack: true })],
    ["was noted something on", (ctx, at) => addInternalNote(ctx, { ...at, text: "I call her." })],
    ["somebody took", (ctx, at) => assignCase(ctx, at)],
  ];
  it.each(staffDo)("a question that %s while the job waited stays with who has it", async (_what, work) => {
    const { email, task } = await named();
    const { caseId, reference } = await questioned(email);
    const ctx = await desk();
    const { revision = 0 } = (await caseForStaff(ctx, caseId)) ?? {};
    expect(await work(ctx, { caseId, revision })).toMatchObject({ ok: true });
    await recogniseAsker(system, { caseId });
    expect(await task(reference)).toBeNull();
    expect(await caseOf(caseId)).toMatchObject({ closed_at: null });
  });

  it("a question of somebody with another open case stays, since it may be the answer there, and goes once that is closed", async () => {
    const { email, task } = await named();
    const other = await questioned(email);
    const { caseId, reference } = await questioned(email, "The house in the valley.");
    await recogniseAsker(system, { caseId });
    expect(await task(reference)).toBeNull();
    await database.sql`update cases set closed_at = now(), decided_at = now(), decision = 'completed' where id = ${other.caseId}`;
    await recogniseAsker(system, { caseId });
    expect((await task(reference))?.text).toContain("The house in the valley.");
  });

  it("a question in which more was written since stays: not all of it needs to be theirs", async () => {
    const { email, task } = await named();
    const { caseId, reference } = await questioned(email);
    await withTransaction(system, async (tx) => {
      const row = await lockCase(tx, caseId);
      if (row) await followUp(tx, row, { text: "And of others?", by: "mail" });
    });
    await recogniseAsker(system, { caseId });
    expect(await task(reference)).toBeNull();
    expect(await caseOf(caseId)).toMatchObject({ closed_at: null });
  });

  it("a question that staff name a right goes on as that right", async () => {
    const { email, task } = await named();
    const { caseId, reference } = await questioned(email, "Nobody may keep PR-0000-0000 of mine.");
    const ctx = await desk();
    const { revision = 0 } = (await caseForStaff(ctx, caseId)) ?? {};
    expect(await nameRight(ctx, { caseId, revision, kind: "deletion" })).toEqual({ ok: true, value: null });
    await recogniseAsker(system, { caseId });
    expect(await caseOf(caseId)).toMatchObject({ kind: "deletion", decision: "completed" });
    expect((await task(reference))?.text).toContain("Nobody may keep");
  });
});
