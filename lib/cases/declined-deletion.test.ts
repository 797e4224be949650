import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { config } from "@/trust-center.config";
import { type StaffRole, systemCtx } from "../context";
import { withTransaction } from "../db/transaction";
import { addSubjectMessage } from "./add-subject-message";
import { appealCase } from "./appeal-case";
import { beginDeletion } from "./begin-deletion";
import { carryOutDeletion } from "./carry-out-deletion";
import { lockCase } from "./change-case";
import { type DecideCaseInput, decideCase } from "./decide-case";
import { expireDeletions } from "./expire-deletions";
import { followUp } from "./follow-up";
import { caseForSubject, myDeletion } from "./queries";
import { reopenCase } from "./reopen-case";
import { resumeDeletions } from "./resume-deletions";
import { submitDeletion } from "./submit-deletion";
import { takeUpAppeal } from "./take-up-appeal";

// What staff decided of a deletion stands until they take it back: nothing that the person, or whoever writes in their name, does
// has the engine begin.

const database = testDatabase();
const platform = demoPlatformPerTest();

const start = Temporal.Instant.from("2026-11-23T12:00:00Z");
const ends = start.add({ hours: config.deletion.graceDays * 24 });
const asSystem = systemCtx("test", () => ends);
const desk = async (role: StaffRole = "agent") => staffCtx(await makeStaff(role), role, () => start);

/** A technician of the demo who planned a deletion. */
async function planned() {
  const { rows } = await platform.client.query(
    "select id, company_id from users u where role = 'technician' and exists (select 1 from devices d where d.user_id = u.id) order by created_at limit 1",
  );
  const email = `d-${randomUUID()}@example.test`;
  const person = await makePerson({ email, platformUserId: rows[0].id, platformCompanyId: rows[0].company_id });
  const holder = holderCtx(person, () => start);
  const made = await submitDeletion(holder, { scope: "person", confirmation: email });
  if (!made.ok) throw new Error(made.reason);
  const { caseId, reference } = made.value;
  const isThere = async () =>
    (await platform.client.query("select 1 from devices where user_id = $1", [rows[0].id])).rowCount !== 0;
  return { holder, person, caseId, reference, isThere };
}

const revisionOf = async (caseId: string) =>
  Number((await database.sql`select revision from cases where id = ${caseId}`)[0]?.revision);
const decide = async (caseId: string, decision: DecideCaseInput["decision"], role: StaffRole = "agent") => {
  const at = { caseId, revision: await revisionOf(caseId), text: "The lease runs on." };
  const ground = decision === "declined" || decision === "partly" ? "legal-claims" : undefined;
  expect((await decideCase(await desk(role), { ...at, decision, ground } as DecideCaseInput)).ok).toBe(true);
};
/** All that runs by itself, and a job that somebody left behind. */
async function engine(caseId: string): Promise<void> {
  await expireDeletions(asSystem);
  await resumeDeletions(asSystem);
  await carryOutDeletion(asSystem, { caseId });
}

describe("a deletion that was declined", () => {
  it.each(["declined", "partly", "completed"] as const)(
    "%s in its grace period stays so when the person writes",
    async (decision) => {
      const { holder, caseId, reference, isThere } = await planned();
      await decide(caseId, decision);
      await engine(caseId);
      expect((await addSubjectMessage(holder, { reference, message: "Why?" })).ok).toBe(true);
      await engine(caseId);
      expect(await isThere()).toBe(true);
      expect(await caseForSubject(holder, reference)).toMatchObject({
        ...{ closedAt: null, status: { state: "with-us", who: "we" } },
        deletion: { decidedAt: start.toString(), expiredAt: null, begunAt: null },
      });
      expect((await myDeletion(holder))?.deletion.decidedAt).toBe(start.toString());
      // Nor does asking anew in that very request make it the plan of somebody who was refused.
      const person = holder.actor.kind === "holder" ? holder.actor.personId : "";
      const [{ email } = { email: "" }] = await database.sql`select email from people where id = ${person}`;
      expect(await submitDeletion(holder, { scope: "person", confirmation: email })).toEqual({
        ok: false,
        reason: "deletion-decided",
      });
    },
  );

  it("after its grace period too, by a mail in their name as well", async () => {
    const { caseId, isThere } = await planned();
    await expireDeletions(asSystem);
    await decide(caseId, "declined");
    await withTransaction(asSystem, async (tx) => {
      const row = await lockCase(tx, caseId);
      if (!row) throw new Error("the case is gone");
      expect((await followUp(tx, row, { text: "Do it.", by: "mail" })).ok).toBe(true);
    });
    await engine(caseId);
    expect(await isThere()).toBe(true);
    expect((await beginDeletion(await desk(), { caseId, revision: await revisionOf(caseId) })).ok).toBe(false);
  });

  it("is carried out once staff take that back, with the case closed or open", async () => {
    for (const message of [null, "Why?"]) {
      const { holder, caseId, reference, isThere } = await planned();
      await decide(caseId, "declined");
      if (message) await addSubjectMessage(holder, { reference, message });
      const agent = await desk();
      expect((await reopenCase(agent, { caseId, revision: await revisionOf(caseId) })).ok).toBe(true);
      expect(await reopenCase(agent, { caseId, revision: await revisionOf(caseId) })).toEqual({
        ok: false,
        reason: "already-done",
      });
      // The statutory clocks run on from where they began.
      const clocks = await database.sql`select rule from case_clocks where case_id = ${caseId} and stopped_at is null`;
      expect(clocks.map(({ rule }) => rule)).toEqual(expect.arrayContaining(["gdpr-1m", "ccpa-45d"]));
      await engine(caseId);
      expect(await isThere()).toBe(false);
      expect(await caseForSubject(holder, reference)).toMatchObject({ decision: "approved" });
    }
  });

  it("stays so when the appeal is upheld; an appeal that is taken up lets it go on", async () => {
    for (const upheld of [true, false]) {
      const { holder, caseId, reference, isThere } = await planned();
      await decide(caseId, "declined");
      expect((await appealCase(holder, { reference, message: "It ended." })).ok).toBe(true);
      await engine(caseId);
      expect(await reopenCase(await desk(), { caseId, revision: await revisionOf(caseId) })).toEqual({
        ok: false,
        reason: "officer-only",
      });
      if (upheld) await decide(caseId, "declined", "officer");
      else
        expect(
          (
            await takeUpAppeal(await desk("officer"), {
              ...{ caseId, revision: await revisionOf(caseId), text: "It did." },
            })
          ).ok,
        ).toBe(true);
      await addSubjectMessage(holder, { reference, message: "Why?" });
      await engine(caseId);
      expect(await isThere()).toBe(upheld);
    }
  });

  it("approved by hand and opened again by a message, it is not done a second time", async () => {
    const { holder, caseId, reference } = await planned();
    await expireDeletions(asSystem);
    await decide(caseId, "approved");
    await addSubjectMessage(holder, { reference, message: "Thanks. One question." });
    await engine(caseId);
    expect(await caseForSubject(holder, reference)).toMatchObject({ closedAt: null, deletion: { begunAt: null } });
  });

  it("the database refuses to begin it, and to let anybody but staff take the decision back", async () => {
    const { holder, person, caseId, reference } = await planned();
    await expireDeletions(asSystem);
    await decide(caseId, "declined");
    await addSubjectMessage(holder, { reference, message: "Why?" });
    const begin = () => database.sql`update deletions set begun_at = now() where case_id = ${caseId}`;
    await expect(begin()).rejects.toThrow(/does not begin/);
    await expect(database.sql`update deletions set decided_at = null where case_id = ${caseId}`).rejects.toThrow(
      /taken back by staff/,
    );
    const as = (actor: string, role: string, change: string) =>
      database.sql.begin(async (sql) => {
        await sql`select set_config('tc.actor', ${actor}, true), set_config('tc.role', ${role}, true), set_config('tc.person', ${person}, true)`;
        await sql.unsafe(`set local role tc_app; update deletions set ${change} where case_id = '${caseId}'`);
      });
    await expect(as("holder", "", "decided_at = null")).rejects.toThrow(/taken back by staff|may be changed/);
    await expect(as("staff", "agent", "cancelled_at = now(), decided_at = null")).rejects.toThrow(/may be changed/);
    await expect(as("staff", "auditor", "decided_at = null")).rejects.toThrow(/taken back by staff/);
    await expect(begin()).rejects.toThrow(/does not begin/);
    await as("staff", "agent", "decided_at = null");
    await begin();
  });
});
