import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { clearRequests } from "../clients/clear-requests";
import { finishRequest } from "../clients/finish-request";
import { myClients, waitingRequests } from "../clients/queries";
import { systemCtx } from "../context";
import { newId } from "../ids";
import { objectToUse } from "../processing/object-to-use";
import { caseForStaff } from "./desk-queries";
import { emptyPassedOn } from "./empty-passed-on";
import { openInquiry } from "./open-inquiry";
import { companiesFor, passToCompany } from "./pass-to-company";
import { reopenCase } from "./reopen-case";
import { submitInquiry } from "./submit-inquiry";
import { submitPlainRequest } from "./submit-plain-request";
import { visitCase } from "./visit-case";

const database = testDatabase();
const platform = demoPlatformPerTest();
const query = async (text: string, values: unknown[] = []) => (await platform.client.query(text, values)).rows;

/** A question by the form from an address that two companies name as their client's, and the owners of both. */
async function asked() {
  const email = `kim-${newId()}@clients.example`;
  const owners = await query(
    `select distinct on (company_id) id, company_id, email from users where role = 'owner' and closed_at is null
     order by company_id, id limit 2`,
  );
  for (const { company_id: companyId } of owners)
    await query("update clients set email = $2 where id = (select min(id) from clients where company_id = $1)", [
      companyId,
      email.toUpperCase(),
    ]);
  const made = await submitInquiry(systemCtx("test"), {
    ...{ name: "Kim Example", email, message: "Please delete me from your files.", idempotencyKey: newId() },
  } as never);
  if (!made.ok) throw new Error(made.reason);
  const [intake] = await database.sql`select id from intakes where reference = ${made.value.reference}`;
  await openInquiry(systemCtx("test"), { intakeId: String(intake?.id) });
  const [row] = await database.sql`select id, revision from cases where reference = ${made.value.reference}`;
  const people = await Promise.all(
    owners.map(async (one) => ({
      companyId: String(one.company_id),
      email: String(one.email),
      ctx: holderCtx(
        await makePerson({
          ...{ platformUserId: one.id, platformCompanyId: one.company_id, platformOwner: true },
        }),
      ),
    })),
  );
  return { email, reference: made.value.reference, caseId: String(row?.id), revision: Number(row?.revision), people };
}

const agent = async () => staffCtx(await makeStaff("agent"), "agent");

describe("L11: a case of somebody who is only named by a company", () => {
  it("shows staff which companies name the address, in names and counts, and who looked is on record", async () => {
    const { caseId, people } = await asked();
    const found = await companiesFor(await agent(), { caseId });
    expect(found.map(({ companyId }) => companyId).toSorted()).toEqual(
      people.map(({ companyId }) => companyId).toSorted(),
    );
    for (const one of found) expect(Object.keys(one).toSorted()).toEqual(["clients", "companyId", "name"]);
    const [entry] = await database.sql`
      select p.payload from audit_entries a join audit_payloads p on p.entry_id = a.id
      where a.action = 'case.companies-read' and a.object_id = ${caseId}`;
    expect(entry?.payload).toEqual({ companies: 2 });
    const auditor = staffCtx(await makeStaff("auditor"), "auditor");
    expect(await companiesFor(auditor, { caseId })).toEqual([]);
    expect(await companiesFor(holderCtx(await makePerson()), { caseId })).toEqual([]);
  });

  it("is passed on once: the owners get mail and task, who asked hears who answers, the case is done", async () => {
    const { caseId, revision, reference, email, people } = await asked();
    const [mine, other] = people;
    if (!mine || !other) throw new Error("the demo has two companies");
    const ctx = await agent();
    const stale = staffCtx(await makeStaff("agent"), "agent");
    if (stale.actor.kind === "staff") stale.actor.steppedUpAt = null;
    const input = { caseId, revision, companyId: mine.companyId };
    expect(await passToCompany(stale, input)).toEqual({ ok: false, reason: "step-up-required" });
    expect(await passToCompany(ctx, { ...input, companyId: newId() })).toEqual({ ok: false, reason: "not-found" });
    expect(await passToCompany(ctx, { ...input, revision: 99 })).toEqual({ ok: false, reason: "conflict" });
    expect(await passToCompany(ctx, input)).toEqual({ ok: true, value: { reference } });
    expect((await passToCompany(ctx, input)).ok).toBe(false);

    const mails = await database.sql`
      select template, count(*)::int as n from outgoing_mails where template = 'client-request' group by 1`;
    const owners = await query("select 1 from users where company_id = $1 and role = 'owner' and closed_at is null", [
      mine.companyId,
    ]);
    expect(mails.find(({ template }) => template === "client-request")?.n).toBe(owners.length);
    expect((await mailsTo(database.sql, email)).at(-1)).toMatchObject({
      ...{ template: "request-passed-on", props: { companies: [{ told: true }] } },
    });
    // L11: what was written goes, and what must be shown of every request stays (L10).
    const [job] =
      await database.sql`select 1 from pgboss.job where name = 'case.empty' and data->>'caseId' = ${caseId}`;
    expect(job).toBeDefined();
    await emptyPassedOn(systemCtx("test"), { caseId });
    // It is closed and nobody's, so whoever opens it says why.
    await visitCase(ctx, { caseId, purpose: "follow-up" });
    const found = await caseForStaff(ctx, caseId);
    expect(found).toMatchObject({ decision: "completed", approvalGround: "passed-on", contact: null, messages: [] });
    expect(found?.events.map(({ type }) => type)).toContain("case.passed-on");
    // Nobody is left here to whom it could be answered.
    const again = { caseId, revision: found?.revision ?? 0 };
    expect(await reopenCase(ctx, again)).toEqual({ ok: false, reason: "passed-on" });
    const [closed] = await database.sql`select decided_by, answered_at from cases where id = ${caseId}`;
    expect(closed?.decided_by).toBe(ctx.actor.kind === "staff" ? ctx.actor.staffId : "");
    expect(closed?.answered_at).not.toBeNull();

    const task = (await myClients(mine.ctx))?.requests.find((one) => one.reference === reference);
    expect(task).toMatchObject({ email, name: "Kim Example" });
    expect(task?.text).toMatch(/^Please delete me from your files\.\n\n\(Typed into our public form\./);
    expect(await waitingRequests(mine.ctx)).toBe(1);
    expect((await myClients(other.ctx))?.requests).toEqual([]);
    expect(await waitingRequests(other.ctx)).toBe(0);
    // S31, S32: what the person wrote lies nowhere in clear.
    const [kept] = await database.sql`
      select (select string_agg(t::text, '') from client_requests t) as rows,
             (select coalesce(string_agg(data::text, ''), '') from pgboss.job) as jobs,
             (select string_agg(payload::text, '') from audit_payloads) as payloads`;
    for (const text of Object.values(kept ?? {})) expect(String(text)).not.toContain(email);

    const requestId = String(task?.id);
    expect(await finishRequest(other.ctx, { requestId })).toEqual({ ok: false, reason: "not-found" });
    expect(await finishRequest(mine.ctx, { requestId })).toEqual({ ok: true, value: null });
    expect(await finishRequest(mine.ctx, { requestId })).toEqual({ ok: false, reason: "not-found" });
    const [row] = await database.sql`select sealed from client_requests where id = ${requestId}`;
    expect(row?.sealed).toBeNull();
    expect((await myClients(mine.ctx))?.requests).toEqual([]);
  });

  it("waits for an owner, and what was written is destroyed after 90 days in any case", async () => {
    const { caseId, revision, people } = await asked();
    const companyId = String(people[0]?.companyId);
    await query("update users set role = 'office' where company_id = $1", [companyId]);
    const ctx = await agent();
    expect(await passToCompany(ctx, { caseId, revision, companyId })).toEqual({ ok: false, reason: "not-ready" });
    await query("update users set role = 'owner' where company_id = $1", [companyId]);
    expect((await passToCompany(ctx, { caseId, revision, companyId })).ok).toBe(true);
    const later = (days: number) => systemCtx("test", () => Temporal.Now.instant().add({ hours: 24 * days }));
    const sealed = async () =>
      (await database.sql`select sealed from client_requests where case_id = ${caseId}`)[0]?.sealed;
    await clearRequests(later(89));
    expect(await sealed()).not.toBeNull();
    await clearRequests(later(91));
    expect(await sealed()).toBeNull();
  });

  it("waits for what is decided part by part: no objection and no value stays open in a case that is passed on", async () => {
    const { email, people } = await asked();
    const companyId = String(people[0]?.companyId);
    const personId = await makePerson({ email, platformUserId: `u-${newId()}` });
    const holder = holderCtx(personId);
    const objected = await objectToUse(holder, { purpose: "communication", idempotencyKey: newId() });
    if (!objected.ok) throw new Error(objected.reason);
    const wrong = await submitPlainRequest(holder, {
      ...{ kind: "correction", message: "My name.", idempotencyKey: newId() },
    });
    if (!wrong.ok) throw new Error(wrong.reason);
    await database.sql`
      insert into correction_items (id, case_id, position, system, collection, field, label, category, by, cell)
      values (${newId()}, ${wrong.value.caseId}, 0, 's', 'users', 'name', 'Name', 'account', 'staff', ${newId()})`;
    const ctx = await agent();
    for (const reference of [String(objected.value.reference), wrong.value.reference]) {
      const [row] = await database.sql`select id, revision from cases where reference = ${reference}`;
      const input = { caseId: String(row?.id), revision: Number(row?.revision), companyId };
      expect(await passToCompany(ctx, input)).toEqual({ ok: false, reason: "parts-open" });
    }
    const [open] = await database.sql`
      select count(*)::int as n from cases where subject_id = ${personId} and closed_at is null`;
    expect(open?.n).toBe(2);
  });
});
