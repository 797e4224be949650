import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { visitorCtx } from "../context";
import { withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { deadLetters } from "./dead-letters";
import { enqueue } from "./queue";
import { retryDeadLetter } from "./retry-dead-letter";

const database = testDatabase();

/** A job that ended in the dead letter queue, as pg-boss puts it there. */
async function poisoned(): Promise<string> {
  const intakeId = newId();
  await withTransaction(visitorCtx(), (tx) => enqueue(tx, "inquiry.open", { intakeId }));
  await database.sql`
    insert into pgboss.job (name, data, source_name, source_id, source_created_on, source_retry_count)
    select 'dead-letter', data, name, id, created_on, 12 from pgboss.job where data->>'intakeId' = ${intakeId}`;
  await database.sql`delete from pgboss.job where name = 'inquiry.open' and data->>'intakeId' = ${intakeId}`;
  return intakeId;
}

describe("dead letters", () => {
  it("R10: are seen on the desk, by staff only", async () => {
    const intakeId = await poisoned();
    const seen = await deadLetters(staffCtx(await makeStaff("auditor"), "auditor"));
    expect(seen).toEqual([expect.objectContaining({ job: "inquiry.open", payload: { intakeId }, attempts: 13 })]);
    expect(await deadLetters(holderCtx(await makePerson()))).toEqual([]);
    expect(await deadLetters(visitorCtx())).toEqual([]);
  });

  it("R10: go back to their own queue once, with an audit entry, and not for an auditor", async () => {
    const intakeId = await poisoned();
    const agent = staffCtx(await makeStaff("agent"), "agent");
    const letter = (await deadLetters(agent)).find((one) => one.payload.intakeId === intakeId);
    if (!letter) throw new Error("no dead letter");
    const auditor = staffCtx(await makeStaff("auditor"), "auditor");
    expect(await retryDeadLetter(auditor, { jobId: letter.id })).toMatchObject({ reason: "not-allowed" });
    expect(await retryDeadLetter(agent, { jobId: letter.id })).toEqual({ ok: true, value: null });
    expect(await retryDeadLetter(agent, { jobId: letter.id })).toMatchObject({ reason: "already-done" });
    const jobs = await database.sql`select name, state from pgboss.job where data->>'intakeId' = ${intakeId}
      and state in ('created', 'retry')`;
    expect(jobs).toMatchObject([{ name: "inquiry.open" }]);
    const audits =
      await database.sql`select 1 from audit_entries where action = 'job.retried' and object_id = ${letter.id}`;
    expect(audits).toHaveLength(1);
  });
});
