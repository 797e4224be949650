import { readdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { newId } from "../ids";
import { addSubjectMessage } from "./add-subject-message";
import { caseForStaff } from "./desk-queries";
import { mergeCases } from "./merge-cases";
import { caseForSubject } from "./queries";
import { replyToCase } from "./reply-to-case";
import { submitPlainRequest } from "./submit-plain-request";

const database = testDatabase();
const value = <T>(result: { ok: true; value: T } | { ok: false; reason: string }): T => {
  if (!result.ok) throw new Error(result.reason);
  return result.value;
};

/** One person's objections, oldest first, each with its own words. */
async function asked(words: string[]) {
  const ctx = holderCtx(await makePerson());
  const made = [];
  for (const message of words) {
    const form = { kind: "objection", message, idempotencyKey: newId() } as const;
    made.push(value(await submitPlainRequest(ctx, form)));
  }
  await database.sql`delete from rate_limits`;
  return { ctx, made: made as [(typeof made)[0], (typeof made)[0], (typeof made)[0]] };
}
const desk = async () => staffCtx(await makeStaff("agent"), "agent");
const at = async (caseId: string) => ({
  ...{ caseId, revision: Number((await database.sql`select revision from cases where id = ${caseId}`)[0]?.revision) },
});
const mergeBoth = async (ctx: ReturnType<typeof staffCtx>, one: string, other: string) => {
  const { caseId: otherId, revision: otherRevision } = await at(other);
  return mergeCases(ctx, { ...(await at(one)), otherId, otherRevision });
};
const into = async (caseId: string) =>
  (await database.sql`select merged_into from cases where id = ${caseId}`)[0]?.merged_into;

it("L1: what was merged into a case goes with it when that is merged itself: threads, messages and the reply owed", async () => {
  const staff = await desk();
  const { ctx, made } = await asked(["The first", "The second", "The third"]);
  const [first, second, third] = made;
  value(await replyToCase(staff, { ...(await at(first.caseId)), text: "Which one?" }));
  value(await mergeBoth(staff, third.caseId, second.caseId));
  value(await mergeBoth(staff, second.caseId, first.caseId));
  const seen = await caseForStaff(staff, first.caseId);
  expect(seen?.tookOver.map(({ reference, messages }) => [reference, messages[0]?.text])).toEqual([
    [second.reference, "The second"],
    [third.reference, "The third"],
  ]);
  const theirs = await caseForSubject(ctx, third.reference);
  expect(theirs?.status.next).toContain(first.reference);
  value(await addSubjectMessage(ctx, { reference: third.reference, message: "More" }));
  expect((await caseForStaff(staff, first.caseId))?.messages.map(({ text }) => text)).toContain("More");
  const closed = await database.sql`
    select closed_at is not null as closed from cases where id in (${second.caseId}, ${third.caseId})`;
  expect(closed).toEqual([{ closed: true }, { closed: true }]);
  const owed = await database.sql`
    select 1 from case_clocks where case_id = ${first.caseId} and rule = 'policy-72h' and stopped_at is null`;
  expect(owed).toHaveLength(1);
});

it("a message to the youngest at the moment its older is merged reaches where both are answered, and nobody waits in vain", async () => {
  const staff = await desk();
  for (let round = 0; round < 8; round++) {
    const { ctx, made } = await asked(["The first", "The second", "The third"]);
    const [first, second, third] = made;
    value(await mergeBoth(staff, third.caseId, second.caseId));
    const [merged] = await Promise.all([
      mergeBoth(staff, second.caseId, first.caseId),
      addSubjectMessage(ctx, { reference: third.reference, message: "More" }).then(value),
    ]);
    // Who merges either saw what was written, or is told that somebody was faster.
    if (!merged.ok) expect(merged).toEqual({ ok: false, reason: "conflict" });
    const answering = merged.ok ? first : second;
    expect(await into(third.caseId)).toBe(answering.caseId);
    expect((await caseForStaff(staff, answering.caseId))?.messages.map(({ text }) => text)).toContain("More");
  }
});

it("L1: a reply that the younger was owed before what the older was asked since keeps its end", async () => {
  const staff = await desk();
  const { ctx, made } = await asked(["The first", "The second"]);
  const [first, second] = made;
  value(await replyToCase(staff, { ...(await at(first.caseId)), text: "So." }));
  value(await addSubjectMessage(ctx, { reference: first.reference, message: "And?" }));
  const due = async (caseId: string) => {
    const [clock] = await database.sql`select due_at::text as due from case_clocks
      where case_id = ${caseId} and rule = 'policy-72h' and stopped_at is null`;
    return clock?.due;
  };
  const owed = await due(second.caseId);
  value(await mergeBoth(staff, second.caseId, first.caseId));
  expect(await due(first.caseId)).toBe(owed);
});

it("R16: chains that were made before are led to their end, whatever lies between; again nothing changes", async () => {
  const { made } = await asked(["The first", "The second", "The third"]);
  const [first, second, third] = made;
  const fourth = newId();
  await database.sql`insert into cases (id, reference, kind, channel) values (${fourth}, ${`PR-${fourth.slice(-8)}`}, 'objection', 'mail')`;
  for (const [from, to] of [
    [fourth, third.caseId],
    [third.caseId, second.caseId],
    [second.caseId, first.caseId],
  ] as const)
    await database.sql`update cases set merged_into = ${to} where id = ${from}`;
  const folder = resolve(import.meta.dirname, "../../drizzle");
  const file = (await readdir(folder)).find((name) => name.endsWith("_merges_flattened.sql"));
  const statements = (await readFile(resolve(folder, String(file)), "utf8")).split("--> statement-breakpoint");
  const all = () => database.sql`select id, merged_into from cases order by id`;
  const migrate = () =>
    database.sql.begin(async (sql) => {
      for (const one of statements) await sql.unsafe(one);
    });
  await migrate();
  for (const id of [second.caseId, third.caseId, fourth]) expect(await into(id)).toBe(first.caseId);
  expect(await into(first.caseId)).toBeNull();
  const before = await all();
  await migrate();
  expect(await all()).toEqual(before);
});
