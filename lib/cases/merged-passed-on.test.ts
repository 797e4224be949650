import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { myClients } from "../clients/queries";
import { systemCtx } from "../context";
import { withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { lockCase } from "./change-case";
import { emptyPassedOn } from "./empty-passed-on";
import { followUp } from "./follow-up";
import { mergeCases } from "./merge-cases";
import { openInquiry } from "./open-inquiry";
import { passToCompany } from "./pass-to-company";
import { reopenCase } from "./reopen-case";
import { submitInquiry } from "./submit-inquiry";

const database = testDatabase();
const platform = demoPlatformPerTest();
const query = async (text: string, values: unknown[] = []) => (await platform.client.query(text, values)).rows;
const system = systemCtx("test");

async function question(email: string, message: string) {
  const made = await submitInquiry(system, {
    ...{ name: "Kim Example", email, message, idempotencyKey: newId() },
  } as never);
  if (!made.ok) throw new Error(made.reason);
  const [intake] = await database.sql`select id from intakes where reference = ${made.value.reference}`;
  await openInquiry(system, { intakeId: String(intake?.id) });
  const [row] = await database.sql`select id from cases where reference = ${made.value.reference}`;
  return String(row?.id);
}
const at = async (caseId: string) => ({
  ...{ caseId, revision: Number((await database.sql`select revision from cases where id = ${caseId}`)[0]?.revision) },
});
const said = (caseId: string, text: string) =>
  withTransaction(system, async (tx) => {
    const row = await lockCase(tx, caseId);
    if (!row) throw new Error("no case");
    return followUp(tx, row, { text });
  });

/** Two questions of one address that a company names, answered as one and passed on to that company. */
async function mergedAndPassedOn() {
  const email = `kim-${newId()}@clients.example`;
  const [owner] = await query(
    "select id, company_id from users where role = 'owner' and closed_at is null order by id limit 1",
  );
  await query("update clients set email = $2 where id = (select min(id) from clients where company_id = $1)", [
    owner.company_id,
    email,
  ]);
  const older = await question(email, "What do you know about me?");
  const younger = await question(email, "And where I live?");
  const ctx = staffCtx(await makeStaff("agent"), "agent");
  const { caseId: otherId, revision: otherRevision } = await at(younger);
  expect(await mergeCases(ctx, { ...(await at(older)), otherId, otherRevision })).toMatchObject({ ok: true });
  const passed = await passToCompany(ctx, { ...(await at(older)), companyId: String(owner.company_id) });
  if (!passed.ok) throw new Error(passed.reason);
  const holder = holderCtx(
    await makePerson({ platformUserId: owner.id, platformCompanyId: owner.company_id, platformOwner: true }),
  );
  const { reference } = passed.value;
  const task = (await myClients(holder))?.requests.find((one) => one.reference === reference);
  return { ctx, older, younger, task };
}

describe("L11: what was merged into a case that is passed on", () => {
  it("goes to the company with it, and nothing of it stays here", async () => {
    const { older, younger, task } = await mergedAndPassedOn();
    expect(task?.text).toMatch(/^What do you know about me\?\n\nAnd where I live\?/);
    for (let time = 0; time < 2; time++) await emptyPassedOn(system, { caseId: older });
    for (const caseId of [older, younger]) {
      const [left] = await database.sql`select contact, contact_hash,
        (select count(*)::int from case_messages where case_id = c.id) as messages,
        (select count(*)::int from case_tokens where case_id = c.id) as tokens from cases c where id = ${caseId}`;
      expect(left).toEqual({ contact: null, contact_hash: null, messages: 0, tokens: 0 });
    }
    const entries =
      await database.sql`select 1 from audit_entries where action = 'case.emptied' and object_id = ${older}`;
    expect(entries).toHaveLength(1);
  });

  it("is opened again by nobody once it is empty: no reply could reach who asked", async () => {
    const { ctx, older, younger } = await mergedAndPassedOn();
    await emptyPassedOn(system, { caseId: older });
    for (const caseId of [older, younger]) {
      expect(await said(caseId, "Are you there?")).toEqual({ ok: false, reason: "passed-on" });
      expect(await reopenCase(ctx, await at(caseId))).toEqual({ ok: false, reason: "passed-on" });
    }
    const [running] = await database.sql`
      select count(*)::int as n from case_clocks where case_id in (${older}, ${younger}) and stopped_at is null`;
    expect(running?.n).toBe(0);
  });

  it("opens with all that was written while nothing is removed yet", async () => {
    const { older, younger } = await mergedAndPassedOn();
    expect((await said(younger, "Are you there?")).ok).toBe(true);
    await emptyPassedOn(system, { caseId: older });
    const [kept] = await database.sql`
      select count(*)::int as n from case_messages where case_id in (${older}, ${younger})`;
    expect(kept?.n).toBe(3);
  });
});
