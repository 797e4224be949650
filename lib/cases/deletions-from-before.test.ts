import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { emptyPlatformForFile } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { addSubjectMessage } from "./add-subject-message";
import { decideCase } from "./decide-case";
import { reopenCase } from "./reopen-case";
import { submitDeletion } from "./submit-deletion";

const database = testDatabase();
emptyPlatformForFile();

async function planned() {
  const person = await makePerson();
  const holder = holderCtx(person);
  const made = await submitDeletion(holder, { scope: "person", confirmation: `p-${person}@example.test` });
  if (!made.ok) throw new Error(made.reason);
  return { person, holder, ...made.value };
}
const stateOf = async (caseId: string) =>
  (
    await database.sql`
      select decided_at is not null as decided, platform_user_id as account, account_noted_at is not null as noted
      from deletions where case_id = ${caseId}`
  )[0];

it("R16: of a filled database, what staff decided stands, and a plan has the account that its person has", async () => {
  const agent = staffCtx(await makeStaff("agent"), "agent");
  const declined = { decision: "declined", ground: "legal-claims", text: "The lease runs on." } as const;
  const [running, closed, written, back] = [await planned(), await planned(), await planned(), await planned()];
  for (const { caseId } of [closed, written, back])
    expect((await decideCase(agent, { caseId, revision: 0, ...declined })).ok).toBe(true);
  await addSubjectMessage(written.holder, { reference: written.reference, message: "Why?" });
  expect((await reopenCase(agent, { caseId: back.caseId, revision: 1 })).ok).toBe(true);

  // As it was before deletions knew of either.
  const ids = [running, closed, written, back].map(({ caseId }) => caseId);
  await database.sql`update people set platform_user_id = ${`u-${running.person}`} where id = ${running.person}`;
  await database.sql.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`update deletions set decided_at = null, platform_user_id = null, account_noted_at = null
      where case_id in ${sql(ids)}`;
  });
  const folder = resolve(import.meta.dirname, "../../drizzle");
  const statements = readdirSync(folder)
    .filter((file) => file.endsWith("_deletion_decided_guards.sql"))
    .flatMap((file) => readFileSync(join(folder, file), "utf8").split("--> statement-breakpoint"))
    .filter((text) => /^\s*(--.*\n)*UPDATE deletions/.test(text));
  expect(statements).toHaveLength(2);
  await database.sql.begin(async (sql) => {
    await sql`select set_config('tc.actor', 'system', true)`;
    for (const statement of statements) await sql.unsafe(statement);
  });
  expect(await stateOf(running.caseId)).toEqual({ decided: false, account: `u-${running.person}`, noted: true });
  for (const { caseId } of [closed, written]) expect(await stateOf(caseId)).toMatchObject({ decided: true });
  // Whom the platform did not know yet is asked about when the engine looks.
  expect(await stateOf(back.caseId)).toEqual({ decided: false, account: null, noted: false });
});
