import type postgres from "postgres";
import { beforeEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { sendRequest, tokenOf } from "@/test/ways-in";
import { myAccesses } from "../access/queries";
import { proveIdentity } from "../cases/prove-identity";
import { statusOfSession } from "../cases/status-queries";
import { withdrawMessage } from "../cases/withdraw-message";
import { type Ctx, type StaffRole, systemCtx, visitorCtx } from "../context";
import { timelinePage } from "../evidence/timeline";
import { newId } from "../ids";
import { applyCorrection } from "./apply-correction";
import { decideItem } from "./decide-item";
import { type OwnField, ownFields } from "./own-fields";
import { proposeCorrection } from "./propose-correction";
import { proposeForPerson } from "./propose-for-person";
import { correctionOf } from "./queries";
import { valuesForStaff } from "./values-for-staff";

const database = testDatabase();
const platform = demoPlatformPerTest();
const system = systemCtx("test");
beforeEach(() => database.sql`delete from correction_items where settled_at is null`);

const desk = async (role: StaffRole = "agent") => staffCtx(await makeStaff(role), role);
const caseOf = async (reference: string) => (await database.sql`select * from cases where reference = ${reference}`)[0];
const pdf = () => new File([Buffer.from("%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")], "contract.pdf");

let nth = 10;
/** A technician who asked in words by the public form, or an agent for them; `prove` presses the link. */
async function asked(agent?: string) {
  const { rows } = await platform.client.query(
    `select id, company_id, email from users where role = 'technician' and email_verified_at is not null order by id offset $1 limit 1`,
    [nth++],
  );
  const [user] = rows;
  const email = String(user.email).toLowerCase();
  const sent = await sendRequest(database.sql, {
    ...{ kind: "correction", message: "My name is written wrong." },
    ...(agent ? { name: "Alex Agent", email: agent, subjectEmail: email } : { email }),
  });
  const prove = async () => {
    const made = await proveIdentity(visitorCtx(), {
      ...{ token: await tokenOf(database.sql, email, "identity-ask"), network: null },
    });
    if (!made.ok) throw new Error(made.reason);
    const row = await caseOf(sent.reference);
    return { session: made.value.sessionToken, ctx: holderCtx(String(row?.subject_id)) };
  };
  const userRow = async () => (await platform.client.query("select * from users where id = $1", [user.id])).rows[0];
  return { email, reference: sent.reference, caseId: String((await caseOf(sent.reference))?.id), prove, userRow };
}

const pick = (fields: OwnField[], label: string) =>
  fields.find((one) => one.label === label) ?? expect.fail(`no field ${label}`);
async function fieldsOf(ctx: Ctx) {
  const groups = await ownFields(ctx);
  if (!groups.ok) throw new Error(groups.reason);
  return groups.value.flatMap(({ records }) => records.flatMap(({ fields }) => fields));
}
const itemsOf = (caseId: string) =>
  database.sql`select * from correction_items where case_id = ${caseId} order by position`;
const clocks = (caseId: string) =>
  database.sql`select rule, started_at from case_clocks where case_id = ${caseId} order by rule, started_at`;

describe("a correction in words, by its person", () => {
  it("L5 R7: becomes one by value in the same case, with the same clocks, once; files go to the desk", async () => {
    const one = await asked();
    const { session, ctx } = await one.prove();
    expect(await statusOfSession(visitorCtx(), session)).toMatchObject({ toPick: true });
    const [before, running] = [await database.sql`select count(*)::int as n from cases`, await clocks(one.caseId)];
    const field = pick(await fieldsOf(ctx), "Job title");
    const item = { handle: field.handle, value: "Lift engineer", evidence: "My contract." };
    const form = { items: [item], why: "", reference: one.reference, files: [pdf()], idempotencyKey: newId() };
    const [first, second] = await Promise.all([proposeCorrection(ctx, form), proposeCorrection(ctx, form)]);
    expect(first).toEqual({ ok: true, value: { caseId: one.caseId, reference: one.reference } });
    expect(second).toEqual(first);
    expect(await proposeCorrection(ctx, form)).toEqual(first);
    expect(await database.sql`select count(*)::int as n from cases`).toEqual(before);
    expect(await clocks(one.caseId)).toEqual(running);
    expect(await itemsOf(one.caseId)).toMatchObject([{ by: "staff", proposed_by: null, decision: null }]);
    const view = await correctionOf(await desk(), one.caseId);
    expect(view?.files).toMatchObject([{ name: "contract.pdf", type: "application/pdf" }]);
    expect(await statusOfSession(visitorCtx(), session)).toMatchObject({ toPick: false });
    // Another value under the same key is another form.
    const other = { ...form, items: [{ ...item, value: "Engineer" }] };
    expect(await proposeCorrection(ctx, other)).toEqual({ ok: false, reason: "correction-open" });
  });

  it("L4 S23: shows no file of a message that was taken out of view, not to an officer either", async () => {
    const one = await asked();
    const { ctx } = await one.prove();
    const item = { handle: pick(await fieldsOf(ctx), "Job title").handle, value: "Lift engineer", evidence: "Mine." };
    const form = { items: [item], why: "Look.", reference: one.reference, files: [pdf()], idempotencyKey: newId() };
    expect((await proposeCorrection(ctx, form)).ok).toBe(true);
    const officer = await desk("officer");
    expect((await correctionOf(officer, one.caseId))?.files).toHaveLength(1);
    const [message] = await database.sql`
      select m.id, c.revision from attachments a join case_messages m on m.id = a.message_id join cases c on c.id = m.case_id
      where m.case_id = ${one.caseId}`;
    const at = { caseId: one.caseId, revision: message?.revision, messageId: String(message?.id) };
    expect((await withdrawMessage(await desk(), { ...at, ground: "misdirected" })).ok).toBe(true);
    expect((await correctionOf(officer, one.caseId))?.files).toEqual([]);
  });

  it("a rule's value is put right at once and closes the case; a second one goes behind the first", async () => {
    const one = await asked();
    const { ctx } = await one.prove();
    const fields = await fieldsOf(ctx);
    const propose = (label: string, value: string) =>
      proposeCorrection(ctx, {
        ...{ items: [{ handle: pick(fields, label).handle, value, evidence: "As in my passport." }], why: "" },
        ...{ reference: one.reference, idempotencyKey: newId() },
      });
    expect((await propose("Job title", "Lift engineer")).ok).toBe(true);
    expect((await propose("Full name", "Robin Ó Corráin")).ok).toBe(true);
    await applyCorrection(system, { caseId: one.caseId });
    expect((await one.userRow()).full_name).toBe("Robin Ó Corráin");
    const row = await caseOf(one.reference);
    expect(row?.closed_at).toBeNull();
    const items = await itemsOf(one.caseId);
    expect(items.map(({ position }) => position)).toEqual([0, 1]);
    await decideItem(await desk(), {
      ...{ caseId: one.caseId, revision: row?.revision, itemId: items[0]?.id, decision: "declined" },
      ...{ ground: "correct-as-it-is", text: "Payroll says so." },
    });
    expect(await caseOf(one.reference)).toMatchObject({ decision: "partly" });
    expect(await propose("Phone", "+49 30 1234567")).toEqual({ ok: false, reason: "already-done" });
  });

  it("S2 S23: nobody else's case takes a value, nor one of another kind, nor a file that is not kept", async () => {
    const [one, other] = [await asked(), await asked()];
    const [{ ctx }, theirs] = [await one.prove(), await other.prove()];
    const field = pick(await fieldsOf(ctx), "Job title");
    const form = { items: [{ handle: field.handle, value: "Lift engineer", evidence: "Mine." }], why: "" };
    const refused = async (more: object, who = ctx) =>
      proposeCorrection(who, { ...form, idempotencyKey: newId(), ...more });
    expect(await refused({ reference: other.reference })).toEqual({ ok: false, reason: "not-found" });
    expect(await refused({ reference: one.reference }, theirs.ctx)).toEqual({ ok: false, reason: "not-found" });
    const { reference } = await sendRequest(database.sql, { kind: "objection", email: one.email, message: "Stop." });
    expect(await refused({ reference })).toEqual({ ok: false, reason: "not-found" });
    const script = new File(["#!/bin/sh\nrm -rf /"], "run.sh");
    expect(await refused({ reference: one.reference, files: [script] })).toEqual({ ok: false, reason: "file-type" });
    expect(await itemsOf(one.caseId)).toEqual([]);
  });
});

describe("a correction in words, by staff", () => {
  const look = (ctx: Ctx, caseId: string) => valuesForStaff(ctx, { caseId });
  async function propose(ctx: Ctx, caseId: string, values: Record<string, string>) {
    const seen = await look(ctx, caseId);
    if (!seen.ok) throw new Error(seen.reason);
    const fields = seen.value.groups.flatMap(({ records }) => records.flatMap((record) => record.fields));
    const items = Object.entries(values).map(([label, value]) => ({
      ...{ handle: pick(fields, label).handle, value, evidence: "As their letter says." },
    }));
    return proposeForPerson(ctx, { caseId, revision: seen.value.revision, items });
  }

  it("L5: shows nothing of a person who is not proved, nor to an auditor or with a stale proof", async () => {
    const one = await asked();
    expect(await look(await desk(), one.caseId)).toEqual({ ok: false, reason: "identity-unproved" });
    await one.prove();
    expect(await look(await desk("auditor"), one.caseId)).toEqual({ ok: false, reason: "not-allowed" });
    expect(await look(holderCtx(await makePerson()), one.caseId)).toEqual({ ok: false, reason: "not-allowed" });
    const stale = await desk();
    if (stale.actor.kind === "staff") stale.actor.steppedUpAt = null;
    expect(await look(stale, one.caseId)).toEqual({ ok: false, reason: "step-up-required" });
    expect((await look(await desk(), one.caseId)).ok).toBe(true);
    expect(await look(await desk(), newId())).toEqual({ ok: false, reason: "not-found" });
  });

  it("S15: a rule approves what the map lets it, a colleague the rest, never who wrote it down; the person is told", async () => {
    const one = await asked();
    const { ctx } = await one.prove();
    const [agent, colleague] = [await desk(), await desk()];
    const made = await propose(agent, one.caseId, { "Full name": "Robin Ó Corráin", "Job title": "Lift engineer" });
    expect(made).toEqual({ ok: true, value: { reference: one.reference } });
    await applyCorrection(system, { caseId: one.caseId });
    expect((await one.userRow()).full_name).toBe("Robin Ó Corráin");
    const items = await itemsOf(one.caseId);
    expect(items.map(({ by, decision, proposed_by: who }) => [by, decision, who !== null])).toEqual([
      ["rule", "approved", true],
      ["staff", null, true],
    ]);
    const at = async () => ({
      ...{ caseId: one.caseId, revision: (await caseOf(one.reference))?.revision, itemId: String(items[1]?.id) },
    });
    expect(await decideItem(agent, { ...(await at()), decision: "approved" })).toMatchObject({ reason: "same-person" });
    // The database has the last word on that.
    const me = agent.actor.kind === "staff" ? agent.actor.staffId : "";
    await expect(
      database.sql`update correction_items set decision = 'approved', decided_at = now(), decided_by = ${me} where id = ${String(items[1]?.id)}`,
    ).rejects.toThrow(/two_people/);
    expect((await decideItem(colleague, { ...(await at()), decision: "approved" })).ok).toBe(true);
    await applyCorrection(system, { caseId: one.caseId });
    expect((await one.userRow()).job_title).toBe("Lift engineer");
    expect(await caseOf(one.reference)).toMatchObject({ decision: "approved" });

    expect(await correctionOf(ctx, one.caseId)).toMatchObject({
      items: [{ evidence: "As their letter says." }, { after: "Lift engineer" }],
    });
    const told = (await mailsTo(database.sql, one.email)).filter(({ template }) => template === "case-reply");
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told)).not.toMatch(/Corráin|Lift engineer/);
    const [entry] = await database.sql`select p.payload from audit_entries e join audit_payloads p on p.entry_id = e.id
      where e.object_id = ${one.caseId} and e.action = 'correction.proposed'`;
    expect(entry?.payload).toEqual({ fields: ["users.full_name", "users.job_title"], ruled: 1 });
  });

  it("leads an agent to the status page, and the person into their account, when it is settled", async () => {
    const agent = `alex-${newId()}@agents.example`;
    for (const [one, told] of [
      [await asked(), null],
      [await asked(agent), agent],
    ] as const) {
      await one.prove();
      expect((await propose(await desk(), one.caseId, { "Full name": "Robin Ó Corráin" })).ok).toBe(true);
      await applyCorrection(system, { caseId: one.caseId });
      const mail = (await mailsTo(database.sql, told ?? one.email)).at(-1);
      expect(mail).toMatchObject({
        template: "correction-settled",
        props: { statusPath: told ? expect.stringContaining(`/requests/status?reference=${one.reference}`) : null },
      });
    }
  });

  it("leaves the person a receipt of the look at their values, one a visit", async () => {
    const one = await asked();
    const { ctx } = await one.prove();
    const agent = await desk();
    await look(agent, one.caseId);
    await look(agent, one.caseId);
    const { rows } = await myAccesses(ctx);
    expect(rows.map(({ what }) => what).toSorted()).toEqual(["case", "values"]);
    const kinds = (await timelinePage(ctx, { limit: 50 })).items.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "access.values")).toHaveLength(1);
    const [entry] =
      await database.sql`select actor_kind from audit_entries where object_id = ${one.caseId} and action = 'correction.looked'`;
    expect(entry?.actor_kind).toBe("staff");
  });

  it("stores no half of it when somebody else's proposal for one of the values is committed meanwhile", async () => {
    const one = await asked();
    const { ctx } = await one.prove();
    const agent = await desk();
    const fields = await fieldsOf(ctx);
    const item = { handle: pick(fields, "Job title").handle, value: "Engineer", evidence: "My contract." };
    const own = await proposeCorrection(ctx, { items: [item], why: "", idempotencyKey: newId() });
    if (!own.ok) throw new Error(own.reason);
    const [open] = await itemsOf(own.value.caseId);
    const settle = (sql: postgres.Sql | postgres.TransactionSql, at: Date | null) =>
      sql`update correction_items set settled_at = ${at} where id = ${open?.id}`;
    await settle(database.sql, new Date());
    let made: ReturnType<typeof propose> | null = null;
    await database.sql.begin(async (sql) => {
      // Theirs again, in a transaction that ours waits for.
      await settle(sql, null);
      made = propose(agent, one.caseId, { Phone: "+49 30 1234567", "Job title": "Lift engineer" });
      const waits = () => database.sql`select 1 from pg_stat_activity where datname = current_database()
        and wait_event_type = 'Lock' and query like 'insert into "correction_items"%'`;
      await expect.poll(async () => (await waits()).length, { timeout: 10_000 }).toBe(1);
    });
    expect(await made).toEqual({ ok: false, reason: "correction-open" });
    expect(await itemsOf(one.caseId)).toEqual([]);
  });

  it("refuses what a colleague changed meanwhile, a value without a reason, and another person's handle", async () => {
    const [one, other] = [await asked(), await asked()];
    await one.prove();
    const { ctx } = await other.prove();
    const agent = await desk();
    const seen = await look(agent, one.caseId);
    if (!seen.ok) throw new Error(seen.reason);
    const { revision, groups } = seen.value;
    const mine = pick(
      groups.flatMap(({ records }) => records.flatMap(({ fields }) => fields)),
      "Job title",
    ).handle;
    const theirs = pick(await fieldsOf(ctx), "Job title").handle;
    const send = (handle: string, evidence: string, at = revision) =>
      proposeForPerson(agent, { caseId: one.caseId, revision: at, items: [{ handle, value: "Other", evidence }] });
    expect(await send(theirs, "As their letter says.")).toEqual({ ok: false, reason: "not-found" });
    expect(await send(mine, "")).toEqual({ ok: false, reason: "invalid-input" });
    expect(await send(mine, "As their letter says.", revision + 1)).toEqual({ ok: false, reason: "conflict" });
    expect(await itemsOf(one.caseId)).toEqual([]);
  });
});
