import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { config } from "@/trust-center.config";
import { addSubjectMessage } from "../cases/add-subject-message";
import { mergeCases } from "../cases/merge-cases";
import { raiseAlarms } from "../cases/raise-alarms";
import { replyToCase } from "../cases/reply-to-case";
import { withdrawMessage } from "../cases/withdraw-message";
import { systemCtx } from "../context";
import { newId } from "../ids";
import { announceLift } from "./announce-lift";
import { decideRecord } from "./decide-record";
import { objectToUse } from "./object-to-use";
import { restrictUse } from "./restrict-use";
import { tendRecords } from "./tend-records";

const database = testDatabase();
const start = Temporal.Instant.from("2026-05-03T10:00:00Z");
const at = (hours: number) => () => start.add({ hours });
const liftHours = 24 * config.processing.liftDays;

async function desk() {
  const who = await makeStaff("agent");
  return (hours: number) => staffCtx(who, "agent", at(hours));
}
async function person() {
  const email = `me-${newId()}@example.test`;
  const personId = await makePerson({ email, platformUserId: `u-${newId()}` });
  return { personId, email, ctx: (hours: number) => holderCtx(personId, at(hours)) };
}
const value = <T>(result: { ok: true; value: T } | { ok: false; reason: string }): T => {
  if (!result.ok) throw new Error(result.reason);
  return result.value;
};
const caseAt = async (reference: string) => {
  const [row] = await database.sql`select * from cases where reference = ${reference}`;
  return { caseId: String(row?.id), revision: Number(row?.revision), row };
};
const replyClocks = (caseId: string) => database.sql`
  select extract(epoch from stopped_at - ${start.toString()}::timestamptz)::float8 / 3600 as stopped_after from case_clocks
  where case_id = ${caseId} and rule = 'policy-72h' order by started_at`;
const stands = async (recordId: string) =>
  (await database.sql`select ended_at from processing_records where id = ${recordId}`)[0]?.ended_at === null;

it("L1: a decision on one of two uses is a reply: its clock stops, no alarm is raised, and it was in time", async () => {
  const [one, staff] = [await person(), await desk()];
  const form = { purpose: "communication", idempotencyKey: newId() } as const;
  const made = value(await objectToUse(one.ctx(0), form));
  const { caseId } = await caseAt(String(made.reference));
  const second = newId();
  await database.sql`insert into processing_records (id, kind, person_id, case_id, purpose, source, asked_at, in_effect_from)
    values (${second}, 'objection', ${one.personId}, ${caseId}, 'service-delivery', 'person', ${start.toString()}, ${start.toString()})`;
  const now = async () => ({ caseId, revision: (await caseAt(String(made.reference))).revision });
  const decide = async (hours: number, recordId: string) => {
    const { revision } = await caseAt(String(made.reference));
    const said = { caseId, revision, recordId, decision: "upheld", text: "It stays stopped." } as const;
    expect((await decideRecord(staff(hours), said)).ok).toBe(true);
  };
  // Asked something back, nobody waits for them once they have their answer.
  await replyToCase(staff(5), { ...(await now()), text: "Which mails?", asksBack: true });
  await decide(10, made.recordId);
  expect(await replyClocks(caseId)).toEqual([{ stopped_after: 10 }]);
  expect((await caseAt(String(made.reference))).row?.awaiting_subject_at).toBeNull();
  // A reply that nobody is told of is none.
  const replies = (await mailsTo(database.sql, one.email)).filter(({ template }) => template === "case-reply");
  expect(replies.map(({ props }) => props.asksBack)).toEqual([true, false]);
  // Asked something after that, they are owed a reply again.
  await addSubjectMessage(one.ctx(20), { reference: String(made.reference), message: "And the other?" });
  expect(await replyClocks(caseId)).toEqual([{ stopped_after: 10 }, { stopped_after: null }]);
  await replyToCase(staff(30), { caseId, revision: (await caseAt(String(made.reference))).revision, text: "Soon." });
  expect(await raiseAlarms(systemCtx("test", at(90)))).toMatchObject({ missed: 0 });
  await decide(96, second);
  expect(await replyClocks(caseId)).toEqual([{ stopped_after: 10 }, { stopped_after: 30 }]);
  const { row } = await caseAt(String(made.reference));
  expect(row).toMatchObject({ decision: "approved", next_due_at: null });
});

it("L1: with the reply before it taken out of view, a decision on one of two uses still answers, from when it was made", async () => {
  const [one, staff] = [await person(), await desk()];
  const made = value(await objectToUse(one.ctx(0), { purpose: "communication", idempotencyKey: newId() }));
  const reference = String(made.reference);
  const { caseId } = await caseAt(reference);
  await database.sql`insert into processing_records (id, kind, person_id, case_id, purpose, source, asked_at, in_effect_from)
    values (${newId()}, 'objection', ${one.personId}, ${caseId}, 'service-delivery', 'person', ${start.toString()}, ${start.toString()})`;
  const now = async () => ({ caseId, revision: (await caseAt(reference)).revision });
  const { messageId } = value(await replyToCase(staff(10), { ...(await now()), text: "Wrong." }));
  const said = { recordId: made.recordId, decision: "upheld", text: "It stays stopped." } as const;
  value(await decideRecord(staff(20), { ...(await now()), ...said }));
  const taken = await withdrawMessage(staff(90), { ...(await now()), messageId, ground: "mistaken" });
  expect(value(taken)).toEqual({ owedAgain: false });
  expect(await replyClocks(caseId)).toEqual([{ stopped_after: 20 }]);
});

describe("L7: a limit does not fall over a message that nobody answered", () => {
  /** Upheld at hour 1 and, where nothing comes between, announced to end at hour 10. */
  async function upheld() {
    const [one, staff] = [await person(), await desk()];
    const made = value(await restrictUse(one.ctx(0), { purpose: "", basis: "claims", idempotencyKey: newId() }));
    const reference = String(made.reference);
    const now = async () => {
      const { caseId, revision } = await caseAt(reference);
      return { caseId, revision, recordId: made.recordId, text: "Words for this person." };
    };
    value(await decideRecord(staff(1), { ...(await now()), decision: "upheld" }));
    return {
      ...{ staff, reference, recordId: made.recordId, now, ctx: one.ctx },
      announce: async () => value(await announceLift(staff(10), { ...(await now()), ground: "claims-over" })),
      write: async (hours: number) =>
        value(await addSubjectMessage(one.ctx(hours), { reference, message: "It is not." })),
      reply: async (hours: number, asksBack = false) => {
        const { caseId, revision, text } = await now();
        value(await replyToCase(staff(hours), { caseId, revision, text, asksBack }));
      },
    };
  }
  const tend = (hours: number) => tendRecords(systemCtx("test", at(hours)));
  const over = 10 + liftHours;

  it("written against the announcement while an older one waited for its reply too", async () => {
    const one = await upheld();
    await one.write(9);
    await one.announce();
    await one.write(11);
    await tend(over);
    expect(await stands(one.recordId)).toBe(true);
    // To ask something back is no answer.
    await one.reply(over + 1, true);
    await tend(over + 2);
    expect(await stands(one.recordId)).toBe(true);
    await one.reply(over + 3);
    await tend(over + 4);
    expect(await stands(one.recordId)).toBe(false);
  });

  it("nor over one in a case that was merged since, which the older answers", async () => {
    const one = await upheld();
    await one.announce();
    await one.write(11);
    const other = newId();
    const { caseId, revision, row } = await caseAt(one.reference);
    await database.sql`insert into cases (id, reference, kind, channel, subject_id, requester_id, received_at)
      values (${other}, ${`PR-${other.slice(-8)}`}, 'restriction', 'dashboard', ${row?.subject_id}, ${row?.subject_id}, ${start.subtract({ hours: 1 }).toString()})`;
    value(await mergeCases(one.staff(12), { caseId, revision, otherId: other, otherRevision: 0 }));
    await tend(over);
    expect(await stands(one.recordId)).toBe(true);
    const [older] = await database.sql`select revision from cases where id = ${other}`;
    value(await replyToCase(one.staff(over), { caseId: other, revision: older?.revision, text: "It is over." }));
    await tend(over + 1);
    expect(await stands(one.recordId)).toBe(false);
  });
});
