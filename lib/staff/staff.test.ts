import { eq } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { assignCase } from "../cases/assign-case";
import { systemCtx, visitorCtx } from "../context";
import { cases } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { newId, newReference } from "../ids";
import { disableStaff } from "./disable-staff";
import { staffList } from "./queries";

const database = testDatabase();

async function assignedCase(staffId: string, closed = false): Promise<string> {
  const [id, subjectId] = [newId(), await makePerson()];
  await withTransaction(systemCtx("test"), (tx) =>
    tx.db.insert(cases).values({
      id,
      reference: newReference(),
      kind: "access",
      channel: "dashboard",
      subjectId,
      requesterId: subjectId,
      assignedTo: staffId,
      assignedAt: tx.now,
      closedAt: closed ? tx.now : null,
    }),
  );
  return id;
}

describe("the desk's people", () => {
  it("S1: are listed for staff only, with what hangs on them", async () => {
    const [agent, auditor] = [await makeStaff("agent"), await makeStaff("auditor")];
    await assignedCase(agent.staffId);
    await assignedCase(agent.staffId, true);
    const list = await staffList(staffCtx(auditor, "auditor"));
    expect(list.find((one) => one.staffId === agent.staffId)).toMatchObject({
      role: "agent",
      openCases: 1,
      passkeys: 0,
    });
    for (const ctx of [visitorCtx(), holderCtx(await makePerson())]) {
      expect(await staffList(ctx)).toEqual([]);
    }
  });
});

describe("disabling a colleague", () => {
  it("returns their open cases and leaves one audit entry", async () => {
    const [agent, officer] = [await makeStaff("agent"), await makeStaff("officer")];
    const [open, closed] = [await assignedCase(agent.staffId), await assignedCase(agent.staffId, true)];
    const ctx = staffCtx(officer, "officer");
    expect(await disableStaff(ctx, { staffId: agent.staffId })).toEqual({ ok: true, value: { casesReturned: 1 } });
    expect(await disableStaff(ctx, { staffId: agent.staffId })).toEqual({ ok: false, reason: "already-done" });
    const rows = await withTransaction(systemCtx("test"), (tx) =>
      tx.db.select({ id: cases.id }).from(cases).where(eq(cases.assignedTo, agent.staffId)),
    );
    expect(rows).toEqual([{ id: closed }]);
    const audits = await database.sql`select p.payload from audit_entries e join audit_payloads p on p.entry_id = e.id
      where e.action = 'staff.disabled' and e.object_id = ${agent.staffId}`;
    expect(audits.map((row) => row.payload)).toEqual([{ cases: [open] }]);
  });

  it("returns a case that is given to them at the same moment", async () => {
    const [agent, officer, other] = [await makeStaff("agent"), await makeStaff("officer"), await makeStaff("agent")];
    const caseId = await assignedCase(other.staffId);
    const { sql } = database;
    // The assignment has seen that they are there, and waits for the log.
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const { promise: locked, resolve: isLocked } = Promise.withResolvers<void>();
    const log = sql.begin(async (blocker) => {
      await blocker`lock table case_events in share mode`;
      isLocked();
      await held;
    });
    await locked;
    const assigned = assignCase(staffCtx(other, "agent"), { caseId, revision: 0, to: agent.staffId });
    const waiting = (count: number) =>
      vi.waitFor(async () => {
        const [row] = await sql`select count(*)::int as n from pg_locks where not granted
          and database = (select oid from pg_database where datname = current_database())`;
        if (row?.n < count) throw new Error("nobody waits yet");
      });
    await waiting(1);
    const disabled = disableStaff(staffCtx(officer, "officer"), { staffId: agent.staffId });
    await Promise.race([disabled, new Promise((done) => setTimeout(done, 200))]);
    letGo();
    await log;
    expect((await assigned).ok).toBe(true);
    expect(await disabled).toEqual({ ok: true, value: { casesReturned: 1 } });
    expect((await sql`select assigned_to from cases where id = ${caseId}`)[0]?.assigned_to).toBeNull();
  });

  it("leaves one of two officers who disable each other, and listens to none who was disabled", async () => {
    const [one, two] = [await makeStaff("officer"), await makeStaff("officer")];
    const [by, target] = [[one, two].map((who) => staffCtx(who, "officer")), [two, one]];
    const results = await Promise.all(by.map((ctx, at) => disableStaff(ctx, { staffId: String(target[at]?.staffId) })));
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results).toContainEqual({ ok: false, reason: "not-allowed" });
    const left = await database.sql`
      select id from staff where id in ${database.sql([one.staffId, two.staffId])} and disabled_at is null`;
    expect(left).toHaveLength(1);
  });

  it("S14: needs an officer with a fresh step-up, and is never done to oneself", async () => {
    const [agent, officer] = [await makeStaff("agent"), await makeStaff("officer")];
    const target = { staffId: agent.staffId };
    expect(await disableStaff(staffCtx(agent, "agent"), target)).toMatchObject({ reason: "not-allowed" });
    expect(await disableStaff(holderCtx(agent.personId), target)).toMatchObject({ reason: "not-allowed" });
    const ctx = staffCtx(officer, "officer");
    expect(await disableStaff(ctx, { staffId: officer.staffId })).toMatchObject({ reason: "own-access" });
    expect(await disableStaff(ctx, { staffId: newId() })).toMatchObject({ reason: "not-found" });
    const old = Temporal.Now.instant().subtract({ minutes: 6 });
    const stale = { ...ctx, actor: { ...ctx.actor, steppedUpAt: old } } as typeof ctx;
    expect(await disableStaff(stale, target)).toMatchObject({ reason: "step-up-required" });
    const [row] = await database.sql`select disabled_at from staff where id = ${agent.staffId}`;
    expect(row?.disabled_at).toBeNull();
  });
});
