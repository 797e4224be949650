import { eq } from "drizzle-orm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { config } from "@/trust-center.config";
import { assignCase } from "../cases/assign-case";
import { decideCase } from "../cases/decide-case";
import { caseForStaff } from "../cases/desk-queries";
import { submitPlainRequest } from "../cases/submit-plain-request";
import { caseToVisit, visitCase } from "../cases/visit-case";
import { type StaffRole, systemCtx } from "../context";
import { people } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { forgetPerson } from "../erasure/forget-person";
import { timelinePage } from "../evidence/timeline";
import { newId } from "../ids";
import { clearAccesses } from "./clear-accesses";
import { concealAccess } from "./conceal-access";
import { impliedPurpose } from "./implied-purpose";
import { accessesOf, myAccesses } from "./queries";

const database = testDatabase();

async function desk(role: StaffRole = "agent") {
  const who = await makeStaff(role);
  return staffCtx(who, role);
}
/** A request that an agent took and closed. */
async function closed() {
  const person = await makePerson();
  const holder = holderCtx(person);
  const made = await submitPlainRequest(holder, { kind: "objection", message: "Stop", idempotencyKey: newId() });
  if (!made.ok) throw new Error(made.reason);
  const { caseId, reference } = made.value;
  const agent = await desk();
  await assignCase(agent, { caseId, revision: 0 });
  await decideCase(agent, { caseId, revision: 1, decision: "approved", text: "Done" });
  return { person, holder, agent, caseId, reference };
}

describe("looking at a case", () => {
  it("S1: that is neither one's own nor due needs a reason first, and shows nothing without it", async () => {
    const one = await closed();
    const other = await desk("officer");
    expect(await caseForStaff(other, one.reference)).toBeNull();
    expect(await caseToVisit(other, one.reference)).toMatchObject({ id: one.caseId, assignedTo: "Test agent" });
    expect((await myAccesses(one.holder)).rows).toEqual([]);
    expect(await visitCase(one.holder, { caseId: one.caseId, purpose: "quality" })).toEqual({
      ...{ ok: false, reason: "not-allowed" },
    });
    expect(await visitCase(other, { caseId: one.caseId, purpose: "due" as never })).toEqual({
      ...{ ok: false, reason: "invalid-input" },
    });
    expect((await visitCase(other, { caseId: one.caseId, purpose: "complaint", words: "canary-words" })).ok).toBe(true);
    expect((await caseForStaff(other, one.reference))?.messages[0]?.text).toBe("Stop");
    const [entry] = await database.sql`
      select p.payload from audit_entries e join audit_payloads p on p.entry_id = e.id
      where e.object_id = ${one.caseId} and e.action = 'case.read' order by e.id desc limit 1`;
    expect(entry?.payload).toMatchObject({ purpose: "complaint" });
  });

  it("leaves the person one receipt a visit: when, which role and why, never who", async () => {
    const one = await closed();
    const officer = await desk("officer");
    await visitCase(officer, { caseId: one.caseId, purpose: "quality", words: "canary-words" });
    await caseForStaff(officer, one.reference);
    await caseForStaff(officer, one.reference);
    const { rows } = await myAccesses(one.holder);
    expect(rows).toMatchObject([{ role: "officer", purpose: "quality", reference: one.reference }]);
    expect(JSON.stringify(rows)).not.toMatch(/canary|Test officer/);
    expect((await myAccesses(holderCtx(await makePerson()))).rows).toEqual([]);
    const items = (await timelinePage(one.holder, { limit: 50 })).items.filter(({ kind }) => kind === "access.case");
    expect(items).toMatchObject([{ facts: { role: "officer", purpose: "quality", reference: one.reference } }]);
    const [sealed] =
      await database.sql`select words from record_accesses where case_id = ${one.caseId} and words is not null`;
    expect(sealed?.words.toString()).not.toContain("canary");
    // Officers and auditors read who it was; an agent does not.
    expect(await accessesOf(await desk("auditor"), one.caseId)).toMatchObject([
      { staffName: "Test officer", words: "canary-words" },
    ]);
    expect(await accessesOf(one.agent, one.caseId)).toEqual([]);
  });

  it("asks again once the visit is over", async () => {
    const one = await closed();
    const who = await makeStaff("officer");
    const now = Temporal.Now.instant();
    const at = (minutes: number) => staffCtx(who, "officer", () => now.add({ minutes }));
    await visitCase(at(0), { caseId: one.caseId, purpose: "security" });
    expect(await caseForStaff(at(config.staffAccess.visitMinutes - 1), one.reference)).not.toBeNull();
    expect(await caseForStaff(at(config.staffAccess.visitMinutes), one.reference)).toBeNull();
  });

  it("has a purpose of its own exactly for one's own case, an open one that is free or due, and an auditor", () => {
    const now = Temporal.Instant.from("2026-01-01T00:00:00Z");
    const instant = fc.integer({ min: -100, max: 100 }).map((hours) => now.add({ hours }));
    fc.assert(
      fc.property(
        fc.constantFrom("me", "other", null),
        fc.constantFrom<StaffRole[]>("agent", "officer", "auditor"),
        fc.option(instant),
        fc.option(instant),
        (assignedTo, role, closedAt, nextDueAt) => {
          const implied = impliedPurpose({ staffId: "me", role }, { assignedTo, closedAt, nextDueAt }, now);
          const isSoon = nextDueAt !== null && now.until(nextDueAt).total("hours") < 24;
          const free = closedAt === null && (assignedTo === null || isSoon);
          expect(implied !== null).toBe(role === "auditor" || assignedTo === "me" || free);
        },
      ),
    );
  });
});

describe("a receipt", () => {
  const receipt = async () => {
    const one = await closed();
    const agent = await desk();
    await visitCase(agent, { caseId: one.caseId, purpose: "follow-up" });
    const [row] = await database.sql`select id from record_accesses where case_id = ${one.caseId}`;
    return { ...one, agent, accessId: String(row?.id) };
  };

  it("S15: is concealed by an officer who did not look, with a reason, and stays on the desk", async () => {
    const one = await closed();
    const officer = await desk("officer");
    await visitCase(officer, { caseId: one.caseId, purpose: "security" });
    const [row] = await database.sql`select id from record_accesses where case_id = ${one.caseId}`;
    const accessId = String(row?.id);
    const reason = "An inquiry must not be given away.";
    expect(await concealAccess(officer, { accessId, reason })).toEqual({ ok: false, reason: "same-person" });
    expect(await concealAccess(await desk("agent"), { accessId, reason })).toEqual({
      ok: false,
      reason: "not-allowed",
    });
    expect(await concealAccess(await desk("officer"), { accessId, reason: "no" })).toMatchObject({
      reason: "invalid-input",
    });
    expect((await myAccesses(one.holder)).rows).toHaveLength(1);
    const second = await desk("officer");
    expect((await concealAccess(second, { accessId, reason })).ok).toBe(true);
    expect(await concealAccess(second, { accessId, reason })).toEqual({ ok: false, reason: "already-done" });
    expect((await myAccesses(one.holder)).rows).toEqual([]);
    expect((await timelinePage(one.holder, { limit: 50 })).items.map(({ kind }) => kind)).not.toContain("access.case");
    expect((await accessesOf(second, one.caseId))[0]?.concealedAt).not.toBeNull();
  });

  it("is append-only in the database, and nobody writes one in a colleague's name", async () => {
    const { accessId, agent, caseId, person } = await receipt();
    const { sql } = database;
    await expect(sql`update record_accesses set purpose = 'due' where id = ${accessId}`).rejects.toThrow(/append-only/);
    await expect(sql`delete from record_accesses where id = ${accessId}`).rejects.toThrow(/append-only/);
    const someone = await makeStaff("agent");
    await expect(
      withTransaction(agent, (tx) =>
        tx.db.execute(`insert into record_accesses (id, person_id, case_id, staff_id, role, purpose, what, at)
          values ('${newId()}', '${person}', '${caseId}', '${someone.staffId}', 'agent', 'due', 'case', now())`),
      ),
    ).rejects.toThrow();
  });

  it("shows every receipt once over the pages, also of those that were left at one instant", async () => {
    const { holder, person, caseId, reference } = await closed();
    const { staffId } = await makeStaff("agent");
    // As one look at somebody's values leaves two; 51 others make the page end between them.
    await database.sql`insert into record_accesses (id, person_id, case_id, staff_id, role, purpose, what, at)
      select gen_random_uuid(), ${person}, ${caseId}, ${staffId}, 'agent', 'due',
             case n % 2 when 0 then 'case' else 'values' end, timestamptz '2026-03-02 09:00Z' - n / 2 * interval '1 hour'
      from generate_series(1, 101) n`;
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const { rows, next } = await myAccesses(holder, before);
      expect(rows.every((row) => row.reference === reference)).toBe(true);
      seen.push(...rows.map(({ id }) => id));
      before = next ?? undefined;
    } while (before);
    expect([seen.length, new Set(seen).size]).toEqual([101, 101]);
    for (const wrong of ["", "~", "yesterday~", `2026-03-02T09:00:00Z~x`, "2026-03-02T09:00:00Z"])
      expect((await myAccesses(holder, wrong)).rows[0]?.id).toBe(seen[0]);
  });

  it("goes with the person, and after its time", async () => {
    const { holder, person, caseId } = await receipt();
    const later = Temporal.Now.instant().toZonedDateTimeISO("UTC").add(config.staffAccess.keep).toInstant();
    await clearAccesses(systemCtx("test", () => later.subtract({ hours: 24 })));
    expect((await myAccesses(holder)).rows).toHaveLength(1);
    const old = await receipt();
    await withTransaction(systemCtx("test"), async (tx) => {
      const [row] = await tx.db.select().from(people).where(eq(people.id, person));
      if (row) await forgetPerson(tx, row);
    });
    expect(await database.sql`select 1 from record_accesses where case_id = ${caseId}`).toHaveLength(0);
    // A later look is on record without them.
    const officer = await desk("officer");
    expect((await visitCase(officer, { caseId, purpose: "complaint", words: "Asked by a court" })).ok).toBe(true);
    expect(await database.sql`select person_id from record_accesses where case_id = ${caseId}`).toEqual([
      { person_id: null },
    ]);
    expect((await accessesOf(officer, caseId))[0]?.words).toBe("Asked by a court");
    await clearAccesses(systemCtx("test", () => later.add({ hours: 24 })));
    expect(await database.sql`select 1 from record_accesses where case_id = ${old.caseId}`).toHaveLength(0);
  });
});
