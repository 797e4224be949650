import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { config } from "@/trust-center.config";
import type { StaffRole } from "../context";
import { newId } from "../ids";
import { addSubjectMessage } from "./add-subject-message";
import { appealCase } from "./appeal-case";
import { decideCase } from "./decide-case";
import { caseForSubject } from "./queries";
import { reopenCase } from "./reopen-case";
import { submitPlainRequest } from "./submit-plain-request";
import { takeUpAppeal } from "./take-up-appeal";

const database = testDatabase();
const start = Temporal.Instant.from("2026-03-02T09:00:00Z");
const days = (n: number) => start.add({ hours: 24 * n });
const desk = async (role: StaffRole = "officer", at = start) => staffCtx(await makeStaff(role), role, () => at);

/** A request that was declined by an officer on its first day. */
async function declined(decision: "declined" | "partly" = "declined") {
  const person = await makePerson();
  const holder = (at = start) => holderCtx(person, () => at);
  const made = await submitPlainRequest(holder(), {
    ...{ kind: "objection", message: "Stop using my clicks", idempotencyKey: newId() },
  });
  if (!made.ok) throw new Error(made.reason);
  const { caseId, reference } = made.value;
  const first = await desk();
  const said = { caseId, revision: 0, decision, ground: "legal-claims", text: "Because of the lease." } as const;
  expect((await decideCase(first, said)).ok).toBe(true);
  return { caseId, reference, holder, first, email: `p-${person}@example.test` };
}
const revisionOf = async (caseId: string) =>
  Number((await database.sql`select revision from cases where id = ${caseId}`)[0]?.revision);
const running = async (caseId: string) =>
  (await database.sql`select rule from case_clocks where case_id = ${caseId} and stopped_at is null order by rule`).map(
    ({ rule }) => rule,
  );

describe("an appeal", () => {
  it("L2: opens the case again with a clock of its own, and the page says until when it can be made", async () => {
    const one = await declined();
    const before = await caseForSubject(one.holder(), one.reference);
    expect(before?.appeal.until).toBe(days(config.cases.appealDays).toString());
    expect((await appealCase(one.holder(days(1)), { reference: one.reference, message: "The lease ended." })).ok).toBe(
      true,
    );
    expect(await running(one.caseId)).toEqual(["appeal-1m", "policy-72h"]);
    const [clock] = await database.sql`
      select due_at from case_clocks where case_id = ${one.caseId} and rule = 'appeal-1m'`;
    // 3 April 2026 is a Friday.
    expect(clock?.due_at.toISOString()).toBe("2026-04-03T23:59:59.000Z");
    const after = await caseForSubject(one.holder(days(1)), one.reference);
    expect(after).toMatchObject({ closedAt: null, declineGround: null });
    expect(after?.appeal.last).toMatchObject({ decision: "declined", ground: "legal-claims", outcome: null });
    expect(after?.events.map(({ type }) => type)).toContain("case.appealed");
  });

  it("S15: is decided by an officer who did not decide before; the use case and the database refuse the same one", async () => {
    const one = await declined();
    await appealCase(one.holder(), { reference: one.reference, message: "The lease ended." });
    const said = {
      ...{ caseId: one.caseId, revision: await revisionOf(one.caseId) },
      ...({ decision: "declined", ground: "legal-claims", text: "It runs until May." } as const),
    };
    expect(await decideCase(await desk("agent"), said)).toEqual({ ok: false, reason: "officer-only" });
    expect(await decideCase(one.first, said)).toEqual({ ok: false, reason: "own-decision" });
    expect(await takeUpAppeal(one.first, said)).toEqual({ ok: false, reason: "own-decision" });
    const [{ decided_by: firstId } = { decided_by: null }] = await database.sql`
      select decided_by from case_appeals where case_id = ${one.caseId}`;
    const agentId = (await makeStaff("agent")).staffId;
    for (const by of [firstId, agentId]) {
      await expect(
        database.sql`update cases set decision = 'declined', decided_at = now(), closed_at = now(), decided_by = ${by}
          where id = ${one.caseId}`,
      ).rejects.toThrow(/officer who did not decide before/);
    }
    await expect(
      database.sql`update case_appeals set reviewed_by = ${firstId}, reviewed_at = now(), outcome = 'upheld'
        where case_id = ${one.caseId}`,
    ).rejects.toThrow(/case_appeals_two_people/);
    await expect(database.sql`update case_appeals set decided_by = null where case_id = ${one.caseId}`).rejects.toThrow(
      /does not change/,
    );
    await expect(database.sql`delete from case_appeals where case_id = ${one.caseId}`).rejects.toThrow(/not deleted/);

    const second = await desk();
    expect((await decideCase(second, said)).ok).toBe(true);
    const found = await caseForSubject(one.holder(), one.reference);
    expect(found).toMatchObject({ decision: "declined", appeal: { until: null, last: { outcome: "upheld" } } });
    expect(found?.messages.map(({ text }) => text)).toEqual([
      "Stop using my clicks",
      "Because of the lease.",
      "The lease ended.",
      "It runs until May.",
    ]);
    expect(await running(one.caseId)).toEqual([]);
    // The last word here; the mails told of the authority and the courts.
    expect(await appealCase(one.holder(), { reference: one.reference, message: "Again" })).toEqual({
      ok: false,
      reason: "appeal-over",
    });
    expect((await mailsTo(database.sql, one.email)).filter(({ template }) => template === "case-decided")).toHaveLength(
      2,
    );
  });

  it("can be granted in part, or taken up so that anybody finishes it", async () => {
    const part = await declined();
    await appealCase(part.holder(), { reference: part.reference, message: "Please look" });
    const at = async (caseId: string) => ({ caseId, revision: await revisionOf(caseId), text: "Looked at it again." });
    const partly = { ...(await at(part.caseId)), decision: "partly", ground: "legal-claims" } as const;
    expect((await decideCase(await desk(), partly)).ok).toBe(true);
    expect(await caseForSubject(part.holder(), part.reference)).toMatchObject({
      ...{ decision: "partly", status: { state: "done", word: "Done in part" } },
      appeal: { last: { outcome: "partly" } },
    });

    const up = await declined("partly");
    await appealCase(up.holder(), { reference: up.reference, message: "Please look" });
    expect((await takeUpAppeal(await desk(), await at(up.caseId))).ok).toBe(true);
    expect(await takeUpAppeal(await desk(), await at(up.caseId))).toEqual({ ok: false, reason: "already-done" });
    const agent = await desk("agent");
    expect((await decideCase(agent, { ...(await at(up.caseId)), decision: "approved" })).ok).toBe(true);
    expect(await caseForSubject(up.holder(), up.reference)).toMatchObject({
      ...{ decision: "approved", approvalGround: "granted", declineGround: null },
    });
  });

  it("is refused after its time, twice at once, to strangers, and where nothing was refused", async () => {
    const one = await declined();
    const stranger = holderCtx(await makePerson());
    const appeal = { reference: one.reference, message: "Please look" };
    expect(await appealCase(stranger, appeal)).toEqual({ ok: false, reason: "not-found" });
    expect(await appealCase(one.first, appeal)).toEqual({ ok: false, reason: "sign-in-required" });
    const late = days(config.cases.appealDays).add({ seconds: 1 });
    expect(await appealCase(one.holder(late), appeal)).toEqual({ ok: false, reason: "appeal-over" });
    expect((await caseForSubject(one.holder(late), one.reference))?.appeal.until).toBeNull();
    // To the second, and only one of two.
    const just = one.holder(days(config.cases.appealDays));
    const both = await Promise.all([appealCase(just, appeal), appealCase(just, appeal)]);
    expect(both.map(({ ok }) => ok).sort()).toEqual([false, true]);
  });

  it("of a decision that came after a message is a new one", async () => {
    const one = await declined();
    await addSubjectMessage(one.holder(days(1)), { reference: one.reference, message: "I have more to say" });
    const again = { caseId: one.caseId, revision: await revisionOf(one.caseId), text: "Still no." } as const;
    const agent = await desk("agent", days(2));
    expect((await decideCase(agent, { ...again, decision: "declined", ground: "legal-claims" })).ok).toBe(true);
    expect((await appealCase(one.holder(days(3)), { reference: one.reference, message: "Look" })).ok).toBe(true);
  });

  it("S14: needs a fresh proof to decide, and the log keeps it without words", async () => {
    const one = await declined();
    await appealCase(one.holder(), { reference: one.reference, message: "canary-appeal" });
    const officer = await desk();
    const stale = {
      ...officer,
      actor: { ...officer.actor, steppedUpAt: start.subtract({ hours: 1 }) },
    } as typeof officer;
    const at = { caseId: one.caseId, revision: await revisionOf(one.caseId), text: "Looked" };
    expect(await takeUpAppeal(stale, at)).toEqual({ ok: false, reason: "step-up-required" });
    const entries = await database.sql`
      select e.action, p.payload::text as payload from audit_entries e join audit_payloads p on p.entry_id = e.id
      where e.object_id = ${one.caseId} order by e.id`;
    expect(entries.map(({ action }) => action)).toContain("case.appealed");
    expect(JSON.stringify(entries)).not.toContain("canary-appeal");
  });
});

describe("a decision", () => {
  it("carries its ground, done or declined; taking it back clears both", async () => {
    const one = await declined("partly");
    const [kept] =
      await database.sql`select decision, decline_ground, approval_ground from cases where id = ${one.caseId}`;
    expect(kept).toEqual({ decision: "partly", decline_ground: "legal-claims", approval_ground: null });
    expect((await reopenCase(one.first, { caseId: one.caseId, revision: await revisionOf(one.caseId) })).ok).toBe(true);
    const at = { caseId: one.caseId, revision: await revisionOf(one.caseId), text: "Done" } as const;
    expect((await decideCase(one.first, { ...at, decision: "approved", ground: "goodwill" })).ok).toBe(true);
    expect(await caseForSubject(one.holder(), one.reference)).toMatchObject({
      ...{ approvalGround: "goodwill", declineGround: null },
    });
    expect(await decideCase(one.first, { ...at, decision: "approved", ground: "legal-claims" as never })).toEqual({
      ok: false,
      reason: "invalid-input",
    });
  });
});
