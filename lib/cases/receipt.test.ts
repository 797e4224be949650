import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { config } from "@/trust-center.config";
import { systemCtx, visitorCtx } from "../context";
import { cases, receipts } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { numberOf } from "../erasure/lasting";
import { makeReceipt } from "../erasure/make-receipt";
import { receiptByToken } from "../erasure/read-receipt";
import type { Outcome } from "../erasure/run-system";
import { verifyReceipt } from "../erasure/verify-receipt";
import { evidenceKeys } from "../evidence/signing-keys";
import { onFaultPoint } from "../faults";
import { sendQueuedMail } from "../mail/send-queued-mail";
import { carryOutDeletion } from "./carry-out-deletion";
import { decideCase } from "./decide-case";
import { caseForStaff } from "./desk-queries";
import { expireDeletions } from "./expire-deletions";
import { forgetPeople } from "./forget-people";
import { makeHandReceipt } from "./make-hand-receipt";
import { caseForSubject } from "./queries";
import { submitDeletion } from "./submit-deletion";
import { visitCase } from "./visit-case";

const database = testDatabase();
const platform = demoPlatformPerTest();
afterEach(() => onFaultPoint());

const asSystem = systemCtx("test");
const start = Temporal.Instant.from("2026-11-23T12:00:00Z");
const over = start.add({ hours: config.deletion.graceDays * 24 });

async function erased(scope: "person" | "company" = "person", arrange?: (companyId: string) => Promise<unknown>) {
  const role = scope === "company" ? "owner" : "technician";
  const { rows } = await platform.client.query(
    `select u.* from users u where u.role = $1 and exists (select 1 from devices d where d.user_id = u.id)
       and exists (select 1 from schedule_entries s where s.user_id = u.id or $1 = 'owner') order by u.created_at limit 1`,
    [role],
  );
  const [user] = rows;
  await arrange?.(user.company_id);
  // What is not paid would have to be settled first.
  await platform.client.query("update invoices set paid_at = now() where paid_at is null");
  const email = `r-${randomUUID()}@example.test`;
  const person = await makePerson({
    ...{ email, name: String(user.full_name), platformUserId: user.id, platformCompanyId: user.company_id },
    platformOwner: role === "owner",
  });
  const made = await submitDeletion(
    holderCtx(person, () => start),
    { scope, confirmation: email },
  );
  if (!made.ok) throw new Error(made.reason);
  await expireDeletions(systemCtx("test", () => over));
  await carryOutDeletion(asSystem, { caseId: made.value.caseId });
  const seen = await caseForSubject(holderCtx(person), made.value.reference);
  const token = seen?.receipt?.href.split("/").at(-1) ?? "";
  const found = await receiptByToken(visitorCtx(), token);
  if (!found) throw new Error("no receipt");
  return { ...made.value, person, email, user, token, found };
}

const bytesOf = (body: string) => Buffer.from(body);

describe("the receipt of a deletion", () => {
  it("L6: says what the runs did, what is kept and until when, by the policy in force, and verifies offline", async () => {
    const { caseId, user, token, found, reference } = await erased();
    const { receipt } = found;
    const [run] = await database.sql`select fates, transaction from erasure_runs where case_id = ${caseId}`;
    const fates = ((run?.fates ?? []) as Outcome["fates"]).filter(({ collection: _, ...counts }) =>
      Object.values(counts).some((count) => count > 0),
    );
    const [system] = receipt.systems;
    expect(system?.transaction).toBe(numberOf(run?.transaction));
    expect(
      system?.collections.map(({ name, deleted, anonymised, emptied, unlinked, kept, held }) => ({
        ...{ collection: name, deleted, anonymised, reduced: emptied, unlinked, kept, held },
      })),
    ).toEqual(fates);
    expect(system?.collections.find(({ name }) => name === "devices")?.label).toBe("Devices");
    for (const { kept, ground, until } of system?.collections ?? [])
      expect([ground !== null, until !== null]).toEqual([kept > 0, kept > 0]);
    // The company's account is open: nobody knows its end yet.
    const company = system?.collections.find(({ name }) => name === "companies");
    expect(company).toMatchObject({ kept: 1, until: { words: "90 days after account closure", endsAt: null } });
    const { carriedOutAt } = receipt.case;
    expect(receipt.backups).toEqual({
      keepDays: config.backups.keepDays,
      agedOutBy: Temporal.Instant.from(carriedOutAt)
        .add({ hours: 24 * config.backups.keepDays })
        .toString(),
    });
    const keys = await evidenceKeys();
    expect(verifyReceipt(bytesOf(found.body), { keys, account: { id: user.id, token } })).toMatchObject({
      ...{ ok: true, reference, edition: 1, carriedOutAt, isTheirs: true },
    });
    expect(verifyReceipt(bytesOf(found.body), { account: { id: user.company_id, token } })).toMatchObject({
      isTheirs: false,
    });
    expect(verifyReceipt(bytesOf(found.body), { account: { id: user.id, token: "x" } })).toMatchObject({
      isTheirs: false,
    });
  });

  it("S31: holds no value of the person", async () => {
    const { user, email, person, found } = await erased();
    for (const value of [user.id, user.company_id, user.email, user.full_name, user.phone, email, person])
      if (value) expect(found.body).not.toContain(String(value));
  });

  it("R14: a company's rows end so long after its account was closed, over leap days", async () => {
    const closed = "2024-02-29T10:00:00Z";
    const { found, user } = await erased("company", (companyId) =>
      platform.client.query("update companies set closed_at = $2 where id = $1", [companyId, closed]),
    );
    // What is kept of it goes when the receipt says so: sweeps count from the row.
    const { rows } = await platform.client.query("select closed_at, name from companies where id = $1", [
      user.company_id,
    ]);
    expect(rows[0]).toMatchObject({ closed_at: new Date(closed), name: expect.stringMatching(/^erased-/) });
    const orders = found.receipt.systems[0]?.collections.find(({ name }) => name === "work_orders");
    expect(orders).toMatchObject({ ground: expect.stringMatching(/\w/), until: { endsAt: "2031-03-01T00:00:00Z" } });
  });

  it("R14: an open company account is closed by the erasure, and its rows end so long after that", async () => {
    const { found, user } = await erased("company");
    const { rows } = await platform.client.query("select closed_at from companies where id = $1", [user.company_id]);
    // As the row says it, from which the sweeps count.
    const closed = Temporal.Instant.fromEpochMilliseconds(rows[0]?.closed_at.getTime());
    expect(found.receipt.systems[0]?.collections.find(({ name }) => name === "work_orders")?.until?.endsAt).toBe(
      closed.toZonedDateTimeISO("UTC").add({ years: 7 }).toInstant().toString(),
    );
  });

  it("is made once, is seen by its person and by staff, by nobody else, and never changes", async () => {
    const { caseId, reference, person, token } = await erased();
    await carryOutDeletion(asSystem, { caseId });
    expect(await withTransaction(asSystem, (tx) => makeReceipt(tx, caseId))).toBeNull();
    expect(await database.sql`select 1 from receipts where case_id = ${caseId}`).toHaveLength(1);
    const href = `/receipt/${token}`;
    const agent = staffCtx(await makeStaff("agent"), "agent");
    await visitCase(agent, { caseId, purpose: "quality" });
    expect((await caseForStaff(agent, reference))?.receipt?.href).toBe(href);
    const other = holderCtx(await makePerson());
    expect(await withTransaction(other, (tx) => tx.db.select().from(receipts))).toEqual([]);
    expect(await withTransaction(holderCtx(person), (tx) => tx.db.select().from(receipts))).toHaveLength(1);
    for (const wrong of [`${token.slice(1)}A`, "", "'", token.toUpperCase()])
      expect(await receiptByToken(visitorCtx(), wrong)).toBeNull();
    expect(await receiptByToken(visitorCtx(), token, 2)).toBeNull();
    const change = database.sql`update receipts set body = 'x' where case_id = ${caseId}`;
    await expect(change).rejects.toThrow(/append-only/);
    await expect(database.sql`delete from receipts where case_id = ${caseId}`).rejects.toThrow(/append-only/);
    await expect(database.sql`truncate receipts`).rejects.toThrow(/append-only/);
    // It ends with its case, when the retention of requests is over.
    await withTransaction(asSystem, (tx) => tx.db.delete(receipts));
    expect(await withTransaction(asSystem, (tx) => tx.db.select().from(receipts))).toEqual([]);
    expect(
      (await withTransaction(asSystem, (tx) => tx.db.select({ id: cases.id }).from(cases))).length,
    ).toBeGreaterThan(0);
  });

  it("W1: another edition names the one before when a provider answered since; both stay, and verify", async () => {
    const { caseId, token, found } = await erased();
    const answer = { name: "Nordhafen Cloud GmbH", asked: "2026-11-29T00:00:00Z", answered: null, answer: null };
    const make = (answered: string | null) =>
      withTransaction(asSystem, (tx) => makeReceipt(tx, caseId, async () => [{ ...answer, answered }]));
    expect(await make(null)).toMatchObject({ edition: 2, token });
    expect(await make(null)).toBeNull();
    expect(await make("2026-11-30T00:00:00Z")).toMatchObject({ edition: 3, token });
    const newest = await receiptByToken(visitorCtx(), token);
    const second = await receiptByToken(visitorCtx(), token, 2);
    expect(newest?.editions.map(({ edition }) => edition)).toEqual([1, 2, 3]);
    expect(second?.receipt.replaces).toEqual({ edition: 1, sha256: found.sha256 });
    expect(newest?.receipt.replaces).toEqual({ edition: 2, sha256: second?.sha256 });
    expect((await receiptByToken(visitorCtx(), token, 1))?.body).toBe(found.body);
    const { edition: _, madeAt: _at, replaces: _before, providers, ...same } = newest?.receipt ?? found.receipt;
    expect(found.receipt).toMatchObject(same);
    expect(providers).toEqual([{ ...answer, answered: "2026-11-30T00:00:00Z" }]);
    const keys = await evidenceKeys();
    for (const one of [found, second, newest])
      expect(verifyReceipt(bytesOf(one?.body ?? ""), { keys })).toMatchObject({ ok: true });
    const audits = await database.sql`
      select p.payload from audit_entries e join audit_payloads p on p.entry_id = e.id
      where e.action = 'receipt.made' and e.object_id = ${caseId} order by e.id`;
    expect(audits.map(({ payload }) => payload.sha256)).toEqual([found, second, newest].map((one) => one?.sha256));
  });

  it("says the same of a pass in a later edition, though nobody knows any more in which company they were", async () => {
    const { caseId, found, token } = await erased();
    await forgetPeople(asSystem);
    // What is kept ended with the company, and would be told by the person's own account now; the demo keeps nothing of the kind.
    await database.sql`update erasure_runs set fates = '[]' where case_id = ${caseId}`;
    const answer = { name: "Nordhafen Cloud GmbH", asked: "2026-11-29T00:00:00Z", answered: null, answer: null };
    await withTransaction(asSystem, (tx) => makeReceipt(tx, caseId, async () => [answer]));
    const newest = await receiptByToken(visitorCtx(), token);
    expect(newest?.receipt.edition).toBe(2);
    expect(newest?.receipt.systems).toEqual(found.receipt.systems);
  });

  it("goes to the address known before, which is gone from the queue once it is sent", async () => {
    const { caseId, email, token } = await erased();
    const mails = () => database.sql`
      select id, sealed, sent_at, person_id from outgoing_mails where idempotency_key = ${`erasure-receipt-${caseId}-1`}`;
    const [mail] = await mails();
    expect(mail?.person_id).toBeNull();
    await sendQueuedMail(asSystem, { mailId: String(mail?.id) });
    expect((await mails())[0]).toMatchObject({ sealed: null, sent_at: expect.anything() });
    const [sent] =
      await database.sql`select text from mailbox where recipient = ${email} and template = 'erasure-receipt'`;
    expect(sent?.text).toContain(`/receipt/${token}`);
  });
});

describe("a deletion that staff carried out by hand", () => {
  it("has a receipt that says so, made once, which verifies offline and is mailed", async () => {
    const email = `h-${randomUUID()}@example.test`;
    const person = await makePerson({ email, platformUserId: randomUUID() });
    const asked = await submitDeletion(
      holderCtx(person, () => start),
      { scope: "person", confirmation: email },
    );
    if (!asked.ok) throw new Error(asked.reason);
    const { caseId, reference } = asked.value;
    await expireDeletions(systemCtx("test", () => over));
    const desk = staffCtx(await makeStaff("agent"), "agent");
    const [row] = await database.sql`select revision from cases where id = ${caseId}`;
    const decided = { caseId, revision: Number(row?.revision), decision: "approved" as const };
    expect(await decideCase(desk, { ...decided, text: "All of it is deleted." })).toMatchObject({ ok: true });
    const jobs =
      await database.sql`select 1 from pgboss.job where name = 'receipt.make' and data->>'caseId' = ${caseId}`;
    expect(jobs).toHaveLength(1);
    await makeHandReceipt(asSystem, { caseId });
    await makeHandReceipt(asSystem, { caseId });
    const seen = await caseForSubject(holderCtx(person), reference);
    const found = await receiptByToken(visitorCtx(), seen?.receipt?.href.split("/").at(-1) ?? "");
    expect(found?.editions).toHaveLength(1);
    expect(found?.receipt).toMatchObject({ byHand: true, systems: [], case: { reference } });
    expect(verifyReceipt(bytesOf(found?.body ?? ""), { keys: await evidenceKeys() })).toMatchObject({
      ok: true,
    });
    expect(found?.body).not.toContain(email);
    const mails =
      await database.sql`select 1 from outgoing_mails where idempotency_key like ${`erasure-receipt-${caseId}%`}`;
    expect(mails).toHaveLength(1);
  });
});
