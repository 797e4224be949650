import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { countIn } from "../attainment/count-attainment";
import { systemCtx, visitorCtx } from "../context";
import { withRead, withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { disableStaff } from "../staff/disable-staff";
import { addSubjectMessage } from "./add-subject-message";
import { assignCase } from "./assign-case";
import { bulkCases } from "./bulk-cases";
import { lockCase } from "./change-case";
import { closeAsSpam } from "./close-as-spam";
import { decideCase } from "./decide-case";
import { followUp } from "./follow-up";
import { mergeCases } from "./merge-cases";
import { openInquiry } from "./open-inquiry";
import { raiseAlarms } from "./raise-alarms";
import { reopenCase } from "./reopen-case";
import { replyToCase } from "./reply-to-case";
import { submitInquiry } from "./submit-inquiry";
import { submitPlainRequest } from "./submit-plain-request";

const database = testDatabase();
const start = Temporal.Now.instant();
const at = (hours: number) => () => start.add({ hours });

async function desk() {
  const who = await makeStaff("agent");
  return (hours: number) => staffCtx(who, "agent", at(hours));
}

async function question() {
  const sent = await submitInquiry(visitorCtx(), {
    ...{ name: "Kim", email: `kim-${newId()}@example.test`, message: "What is this?" },
    ...{ idempotencyKey: newId(), network: null },
  });
  if (!sent.ok) throw new Error(sent.reason);
  const [intake] = await database.sql`select id from intakes where reference = ${sent.value.reference}`;
  await openInquiry(systemCtx("test"), { intakeId: String(intake?.id) });
  const [row] = await database.sql`select id from cases where reference = ${sent.value.reference}`;
  return String(row?.id);
}

const rowOf = async (caseId: string) => (await database.sql`select * from cases where id = ${caseId}`)[0];
const revisionOf = async (caseId: string) => ({ caseId, revision: Number((await rowOf(caseId))?.revision) });
/** Every promise of a reply: whether it runs, and whether it is due as from the case's receipt. */
const replies = (caseId: string) => database.sql`
  select k.stopped_at is null as running, k.started_at = c.received_at as from_receipt
  from case_clocks k join cases c on c.id = k.case_id where k.case_id = ${caseId} and k.rule = 'policy-72h'
  order by k.started_at`;
const writeAgain = (caseId: string, hours: number) =>
  withTransaction(systemCtx("test", at(hours)), async (tx) => {
    const row = await lockCase(tx, caseId);
    return row && followUp(tx, row, { text: "And?" });
  });

describe("opening a case again that ended without an answer", () => {
  it("L1: closed as spam by mistake, the reply is owed from its receipt, told of when missed, and never counted as in time", async () => {
    const staff = await desk();
    const caseId = await question();
    await bulkCases(staff(1), { cases: [{ caseId, revision: 0 }], act: { kind: "spam" } });
    expect(await replies(caseId)).toEqual([{ running: false, from_receipt: true }]);
    expect((await reopenCase(staff(2), await revisionOf(caseId))).ok).toBe(true);
    expect(await replies(caseId)).toEqual([{ running: true, from_receipt: true }]);
    expect((await rowOf(caseId))?.next_due_at).not.toBeNull();
    expect((await raiseAlarms(systemCtx("test", at(73)))).missed).toBeGreaterThan(0);
    // Once its month is over it stands in the figures as missed, since nobody replied.
    const figures = async () => {
      const [whole] = await withRead(systemCtx("test", at(24 * 40)), countIn);
      return { due: whole?.replyDue ?? 0, inTime: whole?.replyInTime ?? 0 };
    };
    const missed = await figures();
    await database.sql`delete from cases where id = ${caseId}`;
    const without = await figures();
    expect(missed).toEqual({ due: without.due + 1, inTime: without.inTime });
  });

  it("L1: who was taken for spam and writes again is owed the reply from the first time", async () => {
    const staff = await desk();
    const caseId = await question();
    expect((await closeAsSpam(staff(1), await revisionOf(caseId))).ok).toBe(true);
    await writeAgain(caseId, 50);
    expect(await replies(caseId)).toEqual([{ running: true, from_receipt: true }]);
  });

  it("L1: a message that came after a good answer and was closed as spam is owed its reply, the first is not", async () => {
    const staff = await desk();
    const caseId = await question();
    await replyToCase(staff(1), { ...(await revisionOf(caseId)), text: "This." });
    await writeAgain(caseId, 2);
    await closeAsSpam(staff(3), await revisionOf(caseId));
    await reopenCase(staff(4), await revisionOf(caseId));
    expect(await replies(caseId)).toEqual([
      { running: false, from_receipt: true },
      { running: true, from_receipt: false },
    ]);
  });

  it("L1: taken out of the case that it was merged into, it is owed its reply itself", async () => {
    const staff = await desk();
    const ctx = holderCtx(await makePerson(), at(0));
    const [older, younger] = await Promise.all(
      [1, 2].map(async () => {
        const form = { kind: "objection", message: "Stop it", idempotencyKey: newId() } as const;
        const made = await submitPlainRequest(ctx, form);
        if (!made.ok) throw new Error(made.reason);
        return made.value.caseId;
      }),
    );
    const pair = { caseId: String(older), revision: 0, otherId: String(younger), otherRevision: 0 };
    const merged = await mergeCases(staff(1), pair);
    if (!merged.ok) throw new Error(merged.reason);
    const closed = String(merged.value.into === older ? younger : older);
    await reopenCase(staff(2), await revisionOf(closed));
    expect(await replies(closed)).toEqual([{ running: true, from_receipt: true }]);
  });
});

it("L1: a decision that is taken back was an answer all the same: no reply is owed again", async () => {
  const staff = await desk();
  const caseId = await question();
  await decideCase(staff(1), { ...(await revisionOf(caseId)), decision: "completed", text: "This." });
  await reopenCase(staff(2), await revisionOf(caseId));
  expect(await replies(caseId)).toEqual([{ running: false, from_receipt: true }]);
});

it.each(["staff", "message"] as const)("opened again by %s, it is nobody's where whoever had it left", async (by) => {
  const [stays, goes, officer] = [await desk(), await makeStaff("agent"), await makeStaff("officer")];
  const ctx = holderCtx(await makePerson(), at(0));
  const form = { kind: "objection", message: "Stop it", idempotencyKey: newId() } as const;
  const made = await submitPlainRequest(ctx, form);
  if (!made.ok) throw new Error(made.reason);
  const { caseId, reference } = made.value;
  const decided = staffCtx(goes, "agent", at(1));
  expect((await assignCase(decided, await revisionOf(caseId))).ok).toBe(true);
  const words = { decision: "completed", text: "Done." } as const;
  expect((await decideCase(decided, { ...(await revisionOf(caseId)), ...words })).ok).toBe(true);
  expect((await disableStaff(staffCtx(officer, "officer"), { staffId: goes.staffId })).ok).toBe(true);
  expect((await rowOf(caseId))?.assigned_to).toBe(goes.staffId);
  const again =
    by === "staff"
      ? await reopenCase(stays(2), await revisionOf(caseId))
      : await addSubjectMessage(ctx, { reference, message: "And?" });
  expect(again.ok).toBe(true);
  expect(await rowOf(caseId)).toMatchObject({ closed_at: null, assigned_to: null, assigned_at: null });
});

it("opened again, it stays with a colleague who is still here", async () => {
  const who = await makeStaff("agent");
  const staff = (hours: number) => staffCtx(who, "agent", at(hours));
  const caseId = await question();
  await assignCase(staff(1), await revisionOf(caseId));
  await decideCase(staff(2), { ...(await revisionOf(caseId)), decision: "completed", text: "This." });
  await writeAgain(caseId, 3);
  expect(await rowOf(caseId)).toMatchObject({ closed_at: null, assigned_to: who.staffId });
});
