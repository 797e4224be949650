import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holders, makeNotice, stream } from "@/test/notices";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { recordAudit } from "../audit/record";
import { submitPlainRequest } from "../cases/submit-plain-request";
import { systemCtx } from "../context";
import { newId } from "../ids";
import { freezeRecipients } from "../notices/freeze-recipients";
import { migrateDatabase } from "./migrate";
import { withTransaction } from "./transaction";

const database = testDatabase();

/** How many rows each table of ours and the queue's jobs hold, with a hash over all of them. */
async function contents(): Promise<Map<string, { rows: number; hash: string }>> {
  const tables = await database.sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('public', 'drizzle') union select 'pgboss.job' order by 1`;
  const found = new Map<string, { rows: number; hash: string }>();
  for (const { name } of tables) {
    const [row] = await database.sql.unsafe(
      `select count(*)::int as rows, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as hash from ${name} t`,
    );
    found.set(name, row as unknown as { rows: number; hash: string });
  }
  return found;
}

it("R16: migrating a filled database again, by two replicas at once, keeps every row, and the app goes on", async () => {
  const person = await makePerson();
  const officer = await makeStaff("officer");
  const ask = () =>
    submitPlainRequest(holderCtx(person), { kind: "correction", message: "My name.", idempotencyKey: newId() });
  expect((await ask()).ok).toBe(true);
  const { noticeId } = await makeNotice();
  await freezeRecipients(systemCtx("test"), { noticeId }, () => stream(holders(5)));
  await withTransaction(staffCtx(officer, "officer"), (tx) =>
    recordAudit(tx, { action: "test.done", object: { type: "test", id: newId() } }),
  );

  const before = await contents();
  for (const name of ["people", "cases", "case_messages", "outgoing_mails", "notice_recipients", "audit_entries"]) {
    expect(before.get(`public.${name}`)?.rows, name).toBeGreaterThan(0);
  }
  expect(before.get("pgboss.job")?.rows).toBeGreaterThan(0);
  expect(before.get("drizzle.__drizzle_migrations")?.rows).toBeGreaterThan(0);
  await Promise.all([migrateDatabase(database.url), migrateDatabase(database.url)]);
  expect(await contents()).toEqual(before);
  expect((await ask()).ok).toBe(true);
});
