import { beforeEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { addSubjectMessage } from "../cases/add-subject-message";
import { decideCase } from "../cases/decide-case";
import { mergeCases } from "../cases/merge-cases";
import { replyToCase } from "../cases/reply-to-case";
import { submitPlainRequest } from "../cases/submit-plain-request";
import { withdrawMessage } from "../cases/withdraw-message";
import { type Ctx, systemCtx } from "../context";
import { newId } from "../ids";
import { applyCorrection } from "./apply-correction";
import { decideItem } from "./decide-item";
import { ownFields } from "./own-fields";
import { proposeCorrection } from "./propose-correction";
import { proposeForPerson } from "./propose-for-person";
import { valuesForStaff } from "./values-for-staff";

const database = testDatabase();
const platform = demoPlatformPerTest();
beforeEach(() => database.sql`delete from correction_items where settled_at is null`);

const desk = async () => staffCtx(await makeStaff("agent"), "agent");
const rowOf = async (caseId: string) => (await database.sql`select * from cases where id = ${caseId}`)[0];
const running = async (caseId: string) =>
  (await database.sql`select rule from case_clocks where case_id = ${caseId} and stopped_at is null order by rule`).map(
    ({ rule }) => rule,
  );
const apply = (caseId: string) => applyCorrection(systemCtx("test"), { caseId });
const value = <T>(result: { ok: true; value: T } | { ok: false; reason: string }): T => {
  if (!result.ok) throw new Error(result.reason);
  return result.value;
};

/** A technician who is signed in; the name is put right by rule, the job title by staff. */
async function person() {
  const { rows } = await platform.client.query(
    "select id, company_id from users where role = 'technician' and email_verified_at is not null order by id limit 1",
  );
  const email = `me-${newId()}@example.test`;
  const ids = { platformUserId: rows[0].id, platformCompanyId: rows[0].company_id };
  const ctx = holderCtx(await makePerson({ email, ...ids }));
  const pick = async (label: string, to: string) => {
    const fields = value(await ownFields(ctx)).flatMap(({ records }) => records.flatMap((one) => one.fields));
    return {
      handle: fields.find((one) => one.label === label)?.handle ?? "",
      value: to,
      evidence: "As in my passport.",
    };
  };
  const propose = async (
    items: [string, string][],
    more: { why?: string; reference?: string; files?: File[] } = {},
  ) => {
    const picked = await Promise.all(items.map(([label, to]) => pick(label, to)));
    return value(await proposeCorrection(ctx, { items: picked, why: "", idempotencyKey: newId(), ...more }));
  };
  const asked = async (message: string) =>
    value(await submitPlainRequest(ctx, { kind: "correction", message, idempotencyKey: newId() }));
  const mails = async (named: string) =>
    (await mailsTo(database.sql, email)).filter(({ template }) => template === named);
  const settledMails = () => mails("correction-settled");
  const replyMails = () => mails("case-reply");
  return { ctx, propose, asked, settledMails, replyMails };
}
const approve = async (ctx: Ctx, caseId: string) => {
  const [item] = await database.sql`select id from correction_items where case_id = ${caseId} and decision is null`;
  const revision = (await rowOf(caseId))?.revision;
  return value(await decideItem(ctx, { caseId, revision, itemId: String(item?.id), decision: "approved" }));
};
const owed = ["ccpa-45d", "gdpr-1m", "policy-72h"];

describe("words that nobody read", () => {
  it("L1: keep a correction open that the engine applied by rule, with every clock; the person hears what was put right", async () => {
    const me = await person();
    const why = "My birth date on invoices is wrong too.";
    const { caseId } = await me.propose([["Full name", "Robin Ó Corráin"]], { why });
    await apply(caseId);
    expect(await rowOf(caseId)).toMatchObject({ decision: null, closed_at: null, answered_at: null });
    expect(await running(caseId)).toEqual(owed);
    expect(await me.settledMails()).toMatchObject([{ props: { corrected: ["Full name"] } }]);
    const at = { caseId, revision: (await rowOf(caseId))?.revision };
    value(await decideCase(await desk(), { ...at, decision: "approved", text: "Both are right now." }));
    expect(await running(caseId)).toEqual([]);
  });

  it("L1: keep one open that was asked for in words, of which one thing was picked by value", async () => {
    const me = await person();
    const { caseId, reference } = await me.asked("My name, my birth date and my address are wrong.");
    await me.propose([["Full name", "Robin Ó Corráin"]], { reference });
    await apply(caseId);
    expect((await rowOf(caseId))?.closed_at).toBeNull();
    expect(await running(caseId)).toEqual(owed);
  });

  it("L1: said beside a value after the reply to what was said before, start a clock of their own and keep it open", async () => {
    const me = await person();
    const { caseId, reference } = await me.asked("My name is wrong.");
    value(await replyToCase(await desk(), { caseId, revision: 0, text: "Pick it, please." }));
    await me.propose([["Full name", "Robin Ó Corráin"]], { reference, why: "And my birth date." });
    expect(await running(caseId)).toEqual(owed);
    await apply(caseId);
    expect((await rowOf(caseId))?.closed_at).toBeNull();
  });

  it("L1: written in a case that was merged into it keep it open", async () => {
    const [me, staff] = [await person(), await desk()];
    const first = await me.asked("My name is wrong.");
    value(await replyToCase(staff, { caseId: first.caseId, revision: 0, text: "Pick it, please." }));
    const second = await me.asked("My birth date as well.");
    const pair = { caseId: first.caseId, revision: 1, otherId: second.caseId, otherRevision: 0 };
    value(await mergeCases(staff, pair));
    await me.propose([["Full name", "Robin Ó Corráin"]], { reference: first.reference });
    await apply(first.caseId);
    expect((await rowOf(first.caseId))?.closed_at).toBeNull();
  });

  it("do not once a person replied, or decided a value with them before their eyes; what comes after that does", async () => {
    const [me, staff] = [await person(), await desk()];
    const replied = await me.asked("My name is wrong.");
    value(await replyToCase(staff, { caseId: replied.caseId, revision: 0, text: "Pick it, please." }));
    await me.propose([["Full name", "Robin Ó Corráin"]], { reference: replied.reference });
    await apply(replied.caseId);
    expect(await rowOf(replied.caseId)).toMatchObject({ decision: "approved" });

    const decided = await me.propose([["Job title", "Lift engineer"]], { why: "Since May." });
    await approve(staff, decided.caseId);
    await apply(decided.caseId);
    expect(await rowOf(decided.caseId)).toMatchObject({ decision: "approved" });

    const late = await me.propose([["Job title", "Chief engineer"]], { why: "Since June." });
    await approve(staff, late.caseId);
    await addSubjectMessage(me.ctx, { reference: late.reference, message: "And my phone." });
    await apply(late.caseId);
    expect((await rowOf(late.caseId))?.closed_at).toBeNull();
  });
});

describe("what answers a correction before its end", () => {
  it("L1: staff who write down for a person what was asked in words reply by that, and the engine closes it", async () => {
    const [me, staff] = [await person(), await desk()];
    const { caseId } = await me.asked("My name is written wrong.");
    const seen = value(await valuesForStaff(staff, { caseId }));
    const fields = seen.groups.flatMap(({ records }) => records.flatMap((one) => one.fields));
    const handle = fields.find(({ label }) => label === "Full name")?.handle ?? "";
    const items = [{ handle, value: "Robin Ó Corráin", evidence: "As their letter says." }];
    value(await proposeForPerson(staff, { caseId, revision: seen.revision, items }));
    expect(await running(caseId)).toEqual(["ccpa-45d", "gdpr-1m"]);
    await apply(caseId);
    expect(await rowOf(caseId)).toMatchObject({ decision: "approved" });
  });

  it("L1: a declined value, with its reasons, stops the 72 hours while another waits; an approved one says nothing yet", async () => {
    const [me, staff] = [await person(), await desk()];
    const { caseId } = await me.propose([
      ["Job title", "Lift engineer"],
      ["Hourly rate", "61.50"],
    ]);
    await approve(staff, caseId);
    expect((await rowOf(caseId))?.answered_at).toBeNull();
    expect(await running(caseId)).toEqual(owed);
    const [item] = await database.sql`select id from correction_items where case_id = ${caseId} and decision is null`;
    const at = { caseId, revision: (await rowOf(caseId))?.revision, itemId: String(item?.id) };
    const said = { decision: "declined", ground: "correct-as-it-is", text: "Payroll says so." } as const;
    value(await decideItem(staff, { ...at, ...said }));
    expect((await rowOf(caseId))?.answered_at).not.toBeNull();
    expect(await running(caseId)).toEqual(["ccpa-45d", "gdpr-1m"]);
    // They are told that there is something to read: a reply that nobody hears of is none.
    expect(await me.replyMails()).toHaveLength(1);
    await apply(caseId);
    expect([(await me.replyMails()).length, (await me.settledMails()).length]).toEqual([1, 1]);
  });

  it("L1: with the reply before it taken out of view, what staff wrote down or declined still answers", async () => {
    const [me, staff] = [await person(), await desk()];
    const { caseId } = await me.asked("My job title is wrong.");
    const now = async () => ({ caseId, revision: (await rowOf(caseId))?.revision });
    const withdraw = async (messageId: string) =>
      value(await withdrawMessage(staff, { ...(await now()), messageId, ground: "mistaken" })).owedAgain;
    const first = value(await replyToCase(staff, { ...(await now()), text: "Wrong." }));
    const page = value(await valuesForStaff(staff, { caseId }));
    const fields = page.groups.flatMap(({ records }) => records.flatMap((one) => one.fields));
    const items = ["Job title", "Hourly rate"].map((label) => ({
      handle: fields.find((one) => one.label === label)?.handle ?? "",
      ...{ value: label === "Job title" ? "Lift engineer" : "61.50", evidence: "As said by phone." },
    }));
    value(await proposeForPerson(staff, { ...(await now()), items }));
    expect(await withdraw(first.messageId)).toBe(false);
    const [written] = await database.sql`select detail->>'messageId' as id from case_events
      where case_id = ${caseId} and type = 'correction.proposed'`;
    const [item] = await database.sql`select id from correction_items where case_id = ${caseId} limit 1`;
    const said = { decision: "declined", ground: "correct-as-it-is", text: "Payroll says so." } as const;
    value(await decideItem(staff, { ...(await now()), itemId: String(item?.id), ...said }));
    expect(await withdraw(String(written?.id))).toBe(false);
    expect(await running(caseId)).toEqual(["ccpa-45d", "gdpr-1m"]);
  });

  it("a declined value that is the last is told with the others, in one mail", async () => {
    const [me, staff] = [await person(), await desk()];
    const { caseId } = await me.propose([["Job title", "Lift engineer"]]);
    const [item] = await database.sql`select id from correction_items where case_id = ${caseId}`;
    const at = { caseId, revision: (await rowOf(caseId))?.revision, itemId: String(item?.id) };
    const said = { decision: "declined", ground: "correct-as-it-is", text: "Payroll says so." } as const;
    value(await decideItem(staff, { ...at, ...said }));
    expect([(await me.replyMails()).length, (await me.settledMails()).length]).toEqual([0, 1]);
  });
});
