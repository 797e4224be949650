import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createDatabase, dropDatabase, testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { contents, flat } from "@/test/everything";
import { holderCtx, makePerson } from "@/test/people";
import { emptyList, forgetErasures } from "@/test/suppressions";
import { config } from "@/trust-center.config";
import { carryOutDeletion } from "../cases/carry-out-deletion";
import { expireDeletions } from "../cases/expire-deletions";
import { submitDeletion } from "../cases/submit-deletion";
import { systemCtx } from "../context";
import { personKey } from "../crypto/person-key";
import { dataMap } from "../data-map/load";
import { closePlatforms } from "../data-map/platform";
import { withTransaction } from "../db/transaction";
import { resetEnv } from "../env";
import { onFaultPoint } from "../faults";
import { listFile } from "../suppression/list";
import { listState } from "../suppression/state";
import { replayErasures } from "./replay-erasures";

const database = testDatabase();
const platform = demoPlatformPerTest();
const asSystem = systemCtx("test");

/** The platform as a backup has it. */
const backup = { name: "", client: platform.client };

/** Copies a database that others are connected to away; a template must be alone. */
async function copy(): Promise<{ name: string; url: string }> {
  await platform.client.end();
  await closePlatforms();
  const made = await createDatabase(platform.name);
  platform.client = new pg.Client({ connectionString: process.env.PLATFORM_DATABASE_URL });
  await platform.client.connect();
  return made;
}

/** From here on the platform is the copy. */
async function restore({ name, url }: { name: string; url: string }): Promise<void> {
  await closePlatforms();
  process.env.PLATFORM_DATABASE_URL = url;
  process.env.PLATFORM_ERASER_DATABASE_URL = url;
  resetEnv();
  backup.name = name;
  backup.client = new pg.Client({ connectionString: url });
  await backup.client.connect();
}

afterEach(async () => {
  onFaultPoint();
  if (!backup.name) return;
  await backup.client.end();
  await closePlatforms();
  await dropDatabase(backup.name);
  backup.name = "";
});
beforeEach(async () => {
  // Each test's list begins empty, as its platform is its own.
  await emptyList(database.sql);
  await database.sql`update people set platform_user_id = null`;
});

const start = Temporal.Now.instant().subtract({ hours: 24 * config.deletion.graceDays + 1 });

type Victim = Awaited<ReturnType<typeof technician>>;

/** A technician with devices, hours, notes and reports by address, and all by which they are known. */
async function technician() {
  const { rows } = await platform.client.query(
    `select u.*, array(select d.id::text from devices d where d.user_id = u.id)
         || array(select d.hardware_id from devices d where d.user_id = u.id)
         || array(select a.email from user_addresses a where a.user_id = u.id) as traces
     from users u where u.role = 'technician' and u.phone is not null
       and exists (select 1 from devices d where d.user_id = u.id)
       and exists (select 1 from schedule_entries s where s.user_id = u.id) order by u.created_at limit 1`,
  );
  const [user] = rows;
  await platform.client.query(
    `insert into error_reports (id, reporter_email, message, reported_at)
     values (gen_random_uuid(), upper($1), 'it broke', now() - interval '3 days')`,
    [user.email],
  );
  const traces = [user.email, user.phone, ...user.traces].map(String).filter((trace) => trace.length > 5);
  return { id: String(user.id), companyId: String(user.company_id), email: String(user.email), traces };
}

async function eraseByCase(
  { id, companyId }: Pick<Victim, "id" | "companyId">,
  scope: "person" | "company" = "person",
) {
  const address = `p-${crypto.randomUUID()}@example.test`;
  const person = await makePerson({
    ...{ email: address, platformUserId: id, platformCompanyId: companyId, platformOwner: scope === "company" },
  });
  const made = await submitDeletion(
    holderCtx(person, () => start),
    { scope, confirmation: address },
  );
  if (!made.ok) throw new Error(made.reason);
  await expireDeletions(asSystem);
  await carryOutDeletion(asSystem, { caseId: made.value.caseId });
  return { person, ...made.value };
}

const replay = (dryRun = false) => replayErasures(asSystem, dataMap(), { dryRun });
const dumpOf = async (client: pg.Client) => flat(await contents(client));
const heldOf = (dump: string[], traces: string[]) =>
  traces.filter((trace) => dump.some((row) => row.toLowerCase().includes(trace.toLowerCase())));

describe("after a restore of the platform", () => {
  it("R9: whoever was erased since is erased again, others are untouched, and twice is the same", async () => {
    const robin = await technician();
    const old = await copy();
    await eraseByCase(robin);
    const erased = await dumpOf(platform.client);
    expect(heldOf(erased, robin.traces)).toEqual([]);
    await restore(old);
    const before = await dumpOf(backup.client);
    expect(heldOf(before, robin.traces)).toEqual([...new Set(robin.traces)]);

    const tried = await replay(true);
    expect(tried).toMatchObject({ listed: 1, unknown: 0, found: 1, failures: [] });
    expect(await dumpOf(backup.client)).toEqual(before);
    const done = await replay();
    expect(done).toEqual(tried);
    const after = await dumpOf(backup.client);
    expect(heldOf(after, robin.traces)).toEqual([]);
    // What never named them is as it was, and as many rows are left as the erasure itself left.
    const names = [robin.id, ...robin.traces].map((name) => name.toLowerCase());
    const left = new Set(after);
    const lost = before.filter((row) => !names.some((name) => row.toLowerCase().includes(name)) && !left.has(row));
    expect(lost.filter((row) => !row.startsWith("support_messages "))).toEqual([]);
    expect(after.length).toBe(erased.length);

    expect(await replay()).toMatchObject({ found: 0, deleted: 0, reduced: 0, failures: [] });
    expect(await dumpOf(backup.client)).toEqual(after);
    const entries = await database.sql`
      select p.payload from audit_entries e join audit_payloads p on p.entry_id = e.id
      where e.action = 'erasure.replayed' order by e.id`;
    expect(entries.map(({ payload }) => payload.found)).toEqual([1, 0]);
  });

  it("a company is closed again with everybody in it, and no other company's row changes", async () => {
    const { rows } = await platform.client.query(
      "select id, company_id, email from users where email = 'noor.haddad@brightpipe.example'",
    );
    const [noor] = rows;
    const old = await copy();
    await eraseByCase({ id: noor.id, companyId: noor.company_id }, "company");
    await restore(old);
    const before = await dumpOf(backup.client);
    expect(await replay()).toMatchObject({ found: 1, failures: [] });
    const after = await dumpOf(backup.client);
    expect(after.filter((row) => row.startsWith("users ")).join("\n")).not.toContain("@brightpipe.example");
    const others = (dump: string[]) =>
      dump.filter((row) => /"company_id": "/.test(row) && !row.includes(noor.company_id));
    expect(others(after)).toEqual(others(before));
    expect(await replay()).toMatchObject({ found: 0 });
    expect(await dumpOf(backup.client)).toEqual(after);
  });

  it("without a restore it finds nothing to do", async () => {
    await eraseByCase(await technician());
    const erased = await dumpOf(platform.client);
    expect(await replay()).toMatchObject({ listed: 1, found: 0, deleted: 0, reduced: 0 });
    expect(await dumpOf(platform.client)).toEqual(erased);
  });

  it("takes as long as it takes: nobody waits for a page", async () => {
    const robin = await technician();
    const old = await copy();
    await eraseByCase(robin);
    await restore(old);
    const asked = vi.spyOn(pg.Client.prototype, "query");
    expect(await replay(true)).toMatchObject({ found: 1, failures: [] });
    const limits = asked.mock.calls.flatMap(([sql]) => /statement_timeout = '(\w+)'/.exec(String(sql))?.[1] ?? []);
    expect(new Set(limits)).toEqual(new Set(["0s"]));
    asked.mockRestore();
  });

  it("rows that know an address alone are found by it, also when the account is gone", async () => {
    const robin = await technician();
    const reports = async () =>
      (
        await platform.client.query("select * from error_reports where lower(reporter_email) = lower($1)", [
          robin.email,
        ])
      ).rows;
    const brought = await reports();
    await eraseByCase(robin);
    expect(await reports()).toEqual([]);
    // One table alone was brought back.
    await platform.client.query(
      "insert into error_reports select * from json_populate_recordset(null::error_reports, $1)",
      [JSON.stringify(brought)],
    );
    expect(await replay()).toMatchObject({ found: 1, deleted: brought.length });
    expect(await reports()).toEqual([]);
    expect(await replay()).toMatchObject({ found: 0 });
  });

  it("H1: it can die after each and be run again", async () => {
    const robin = await technician();
    const old = await copy();
    await eraseByCase(robin);
    await restore(old);
    onFaultPoint((name) => {
      if (name === "replay.erased") throw new Error("died");
    });
    await expect(replay()).rejects.toThrow("died");
    onFaultPoint();
    await replay();
    expect(heldOf(await dumpOf(backup.client), robin.traces)).toEqual([]);
  });

  it("S31: what stops one is named by tables alone, stops no other, and nothing counts as done", async () => {
    const robin = await technician();
    const old = await copy();
    await eraseByCase(robin);
    await forgetErasures(database.sql);
    await restore(old);
    await backup.client.query("alter table access_logs rename to gone");
    expect(await replay()).toMatchObject({
      failures: ["operno.access_logs: there is no table public.access_logs (any more)"],
    });
    expect(await listState()).toBe("behind");
    await backup.client.query("alter table gone rename to access_logs");
    expect(await replay()).toMatchObject({ found: 1, unknown: 1, failures: [] });
    expect(await listState()).toBe("in-step");
  });
});

describe("somebody new", () => {
  it("who signed up after the erasure under the same address stays, and what is theirs", async () => {
    const robin = await technician();
    const old = await copy();
    await eraseByCase(robin);
    await restore(old);
    // The erased account is back, and before anybody replayed, its person signed up again.
    await backup.client.query(
      `insert into users (id, company_id, email, email_verified_at, full_name, role, password_hash, created_at)
       values (gen_random_uuid(), $1, initcap($2), now(), 'Robin Again', 'technician', 'invented', now() + interval '1 minute')`,
      [robin.companyId, robin.email],
    );
    await backup.client.query(
      `insert into error_reports (id, reporter_email, message, reported_at)
       values (gen_random_uuid(), $1, 'broke again', now() + interval '2 minutes')`,
      [robin.email],
    );
    expect(await replay()).toMatchObject({ found: 1, failures: [] });
    const { rows } = await backup.client.query("select id, full_name from users where lower(email) = lower($1)", [
      robin.email,
    ]);
    expect(rows.map(({ full_name }) => full_name)).toEqual(["Robin Again"]);
    const reports = await backup.client.query(
      "select message from error_reports where lower(reporter_email) = lower($1)",
      [robin.email],
    );
    expect(reports.rows).toEqual([{ message: "broke again" }]);
    const { rows: gone } = await backup.client.query("select 1 from devices where user_id = $1", [robin.id]);
    expect(gone).toEqual([]);
    const after = await dumpOf(backup.client);
    expect(await replay()).toMatchObject({ found: 0 });
    expect(await dumpOf(backup.client)).toEqual(after);
  });

  it("to whom a restored sequence gave the id of an erased account is another one", async () => {
    const robin = await technician();
    await eraseByCase(robin);
    await platform.client.query(
      "update users set email = $2, full_name = 'Somebody New', created_at = now() + interval '1 minute' where id = $1",
      [robin.id, robin.email],
    );
    const before = await dumpOf(platform.client);
    expect(await replay()).toMatchObject({ found: 0 });
    expect(await dumpOf(platform.client)).toEqual(before);
  });

  it("where the map does not say since when an account is there, the id alone decides", async () => {
    const robin = await technician();
    const old = await copy();
    await eraseByCase(robin);
    await restore(old);
    await backup.client.query(
      `insert into users (id, company_id, email, email_verified_at, full_name, role, password_hash, created_at)
       values (gen_random_uuid(), $1, initcap($2), now(), 'Robin Again', 'technician', 'invented', now())`,
      [robin.companyId, robin.email],
    );
    const map = dataMap();
    const timeless = {
      systems: map.systems.map((system) => ({
        ...system,
        collections: system.collections.map((one) => (one.name === "users" ? { ...one, since: null } : one)),
      })),
    };
    expect(await replayErasures(asSystem, timeless)).toMatchObject({ found: 1, failures: [] });
    const { rows } = await backup.client.query("select full_name from users where lower(email) = lower($1)", [
      robin.email,
    ]);
    expect(rows).toEqual([{ full_name: "Robin Again" }]);
  });
});

describe("after a restore of this database", () => {
  it("S32: it is told, nothing is erased by cases until the replay, and the person's key goes again", async () => {
    const robin = await technician();
    const { person } = await eraseByCase(robin);
    await withTransaction(asSystem, (tx) => personKey(tx, person));
    await database.sql`update people set created_at = now() - interval '1 year' where id = ${person}`;
    const other = await makePerson({ platformUserId: crypto.randomUUID() });
    await withTransaction(asSystem, (tx) => personKey(tx, other));
    await forgetErasures(database.sql);
    expect(await listState()).toBe("behind");
    const next = await technician();
    await expect(eraseByCase(next)).rejects.toThrow(/npm run erasure:replay/);
    expect((await platform.client.query("select 1 from devices where user_id = $1", [next.id])).rows).not.toEqual([]);

    expect(await replay(true)).toMatchObject({ unknown: 1, forgotten: 0 });
    expect(await replay()).toMatchObject({ unknown: 1, found: 0, forgotten: 1, failures: [] });
    expect(await listState()).toBe("in-step");
    const keys =
      await database.sql`select person_id, wrapped is null as gone from person_keys where person_id in (${person}, ${other})`;
    expect(new Map(keys.map(({ person_id, gone }) => [person_id, gone]))).toEqual(
      new Map([
        [person, true],
        [other, false],
      ]),
    );
    expect(await replay()).toMatchObject({ unknown: 0, forgotten: 0 });
  });
});

describe("what the list keeps", () => {
  it.each(["suppression.noted", "suppression.written", "erasure.prepared", "erasure.lasting"])(
    "H1: dead at %s, nobody is erased without a line, and the case ends with one",
    async (point) => {
      const robin = await technician();
      onFaultPoint((name) => {
        if (name === point) throw new Error("died");
      });
      await expect(eraseByCase(robin)).rejects.toThrow();
      onFaultPoint();
      const gone =
        (await platform.client.query("select 1 from devices where user_id = $1", [robin.id])).rows.length === 0;
      const lines = async () => (await readFile(listFile(), "utf8").catch(() => "")).split("\n").filter(Boolean).length;
      if (gone) expect(await lines()).toBe(1);
      const [one] = await database.sql`
        select d.case_id as id from deletions d join people p on p.id = d.person_id where p.platform_user_id = ${robin.id}`;
      await carryOutDeletion(asSystem, { caseId: one?.id });
      expect(await lines()).toBe(1);
      expect(heldOf(await dumpOf(platform.client), robin.traces)).toEqual([]);
      expect(await replay()).toMatchObject({ found: 0 });
    },
  );
});
