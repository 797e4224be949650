import pg from "pg";
import { afterEach, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson } from "@/test/people";
import { config } from "@/trust-center.config";
import { systemCtx } from "../context";
import { laterMinutes, patience, takeTurn } from "../erasure/one-at-a-time";
import { onFaultPoint } from "../faults";
import { carryOutDeletion } from "./carry-out-deletion";
import { expireDeletions } from "./expire-deletions";
import { submitDeletion } from "./submit-deletion";

// Deletions that two workers carry out at once.

const database = testDatabase();
const platform = demoPlatformPerTest();
const waits = patience.seconds;
afterEach(() => {
  onFaultPoint();
  patience.seconds = waits;
});

const start = Temporal.Instant.from("2026-11-23T12:00:00Z");
const ends = start.add({ hours: config.deletion.graceDays * 24 });
const asSystem = systemCtx("test", () => ends);

/** Two people of one company whose grace periods are over, both of them owners. @param since the second came after asking */
async function twoOwners(name: string, since = false) {
  const { rows } = await platform.client.query(
    `select id, company_id from users where company_id = (select company_id from users where email = 'ada.winter@lumen-lifts.example')
       and closed_at is null order by id`,
  );
  await platform.client.query(
    "update users set role = (case when id = any($1) then 'owner' else 'technician' end)::user_role where company_id = $2",
    [rows.slice(0, 2).map(({ id }) => id), rows[0].company_id],
  );
  if (since)
    await platform.client.query(
      "update users set company_id = (select id from companies where id <> $2 limit 1) where id = $1",
      [rows[1].id, rows[1].company_id],
    );
  const due = async (at: number) => {
    const email = `${name}-${at}@example.test`;
    const person = await makePerson({
      ...{
        email,
        platformUserId: rows[at].id,
        platformCompanyId: since && at === 1 ? null : rows[at].company_id,
        platformOwner: true,
      },
    });
    const made = await submitDeletion(
      holderCtx(person, () => start),
      { scope: "person", confirmation: email },
    );
    if (!made.ok) throw new Error(made.reason);
    return made.value.caseId;
  };
  const cases = [await due(0), await due(1)] as const;
  if (since)
    await platform.client.query("update users set company_id = $2 where id = $1", [rows[1].id, rows[1].company_id]);
  await expireDeletions(asSystem);
  await database.sql`delete from pgboss.job where name = 'deletion.carry-out'`;
  return { cases, company: String(rows[0].company_id) };
}
const deletionOf = async (caseId: string) => (await database.sql`select * from deletions where case_id = ${caseId}`)[0];
const laterJobs = async (caseId: string) =>
  (
    await database.sql`select start_after from pgboss.job where name = 'deletion.carry-out' and state = 'created' and data->>'caseId' = ${caseId}`
  ).map(({ start_after }) => Temporal.Instant.from(start_after.toISOString()).toString());
const later = ends.add({ minutes: laterMinutes }).toString();

it.each([false, true])(
  "two owners at once leave one: the second waits for the first, and then has something to settle (who came since: %s)",
  async (since) => {
    const { cases, company } = await twoOwners(`owners-${since}`, since);
    const [first, second] = cases;
    let met = false;
    onFaultPoint(async (name) => {
      if (name !== "erasure.prepared" || met) return;
      met = true;
      await carryOutDeletion(asSystem, { caseId: second });
    });
    await carryOutDeletion(asSystem, { caseId: first });
    expect(met).toBe(true);
    expect((await deletionOf(first))?.ended_at).not.toBeNull();
    // Nothing of the second has begun: it can still be cancelled.
    expect((await deletionOf(second))?.begun_at).toBeNull();
    expect(await laterJobs(second)).toEqual([later]);
    await carryOutDeletion(asSystem, { caseId: second });
    expect(await deletionOf(second)).toMatchObject({ begun_at: null, preview: { blockers: ["sole-owner"] } });
    const owners = await platform.client.query(
      "select 1 from users where company_id = $1 and role = 'owner' and full_name is not null",
      [company],
    );
    expect(owners.rowCount).toBe(1);
  },
);

it("R10: an erasure in the way puts a deletion off, which is no failure and comes back by itself, once", async () => {
  const [first] = (await twoOwners("off")).cases;
  patience.seconds = 1;
  const other = new pg.Client({ connectionString: process.env.PLATFORM_ERASER_DATABASE_URL });
  await other.connect();
  await takeTurn(other, "operno");
  for (let time = 0; time < 2; time++) await carryOutDeletion(asSystem, { caseId: first });
  expect(await laterJobs(first)).toEqual([later]);
  const [run] = await database.sql`select failed_at, failure, finished_at from erasure_runs where case_id = ${first}`;
  expect(run).toEqual({ failed_at: null, failure: null, finished_at: null });
  await other.end();
  await carryOutDeletion(asSystem, { caseId: first });
  expect((await deletionOf(first))?.ended_at).not.toBeNull();
});
