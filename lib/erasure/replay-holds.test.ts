import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createDatabase, dropDatabase, testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { contents, flat } from "@/test/everything";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { emptyList, forgetErasures } from "@/test/suppressions";
import { config } from "@/trust-center.config";
import { carryOutDeletion } from "../cases/carry-out-deletion";
import { expireDeletions } from "../cases/expire-deletions";
import { forgetPeople } from "../cases/forget-people";
import { submitDeletion } from "../cases/submit-deletion";
import { systemCtx } from "../context";
import { personKey } from "../crypto/person-key";
import { dataMap } from "../data-map/load";
import { closePlatforms } from "../data-map/platform";
import { withTransaction } from "../db/transaction";
import { resetEnv } from "../env";
import { onFaultPoint } from "../faults";
import { releaseHold } from "../holds/release-hold";
import { type HoldInput, requestHold } from "../holds/request-hold";
import { requestRelease } from "../holds/request-release";
import { setHold } from "../holds/set-hold";
import { replayErasures } from "./replay-erasures";

// What has to stay, stays in a replay as well.

const database = testDatabase();
const platform = demoPlatformPerTest();
const asSystem = systemCtx("test");
const start = Temporal.Now.instant().subtract({ hours: 24 * config.deletion.graceDays + 1 });

/** The platform as a backup has it. */
const backup = { name: "", client: platform.client };

beforeEach(async () => {
  await emptyList(database.sql);
  await database.sql`update people set platform_user_id = null`;
});
afterEach(async () => {
  onFaultPoint();
  await database.sql`truncate legal_holds`;
  // Nothing else may remove them, and everybody's demo has the same accounts.
  await database.sql.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`delete from processing_records`;
  });
  if (!backup.name) return;
  await backup.client.end();
  await closePlatforms();
  await dropDatabase(backup.name);
  backup.name = "";
});

/** Copies a database that others are connected to away; a template must be alone. */
async function copy() {
  await platform.client.end();
  await closePlatforms();
  const made = await createDatabase(platform.name);
  platform.client = new pg.Client({ connectionString: process.env.PLATFORM_DATABASE_URL });
  await platform.client.connect();
  return made;
}

/** From here on the platform is the copy. */
async function restore({ name, url }: Awaited<ReturnType<typeof copy>>): Promise<void> {
  await closePlatforms();
  process.env.PLATFORM_DATABASE_URL = url;
  process.env.PLATFORM_ERASER_DATABASE_URL = url;
  resetEnv();
  backup.name = name;
  backup.client = new pg.Client({ connectionString: url });
  await backup.client.connect();
}

async function technician() {
  const { rows } = await platform.client.query<{ id: string; company_id: string; email: string }>(
    `select u.id, u.company_id, u.email from users u where u.role = 'technician'
       and exists (select 1 from devices d where d.user_id = u.id) order by u.created_at limit 1`,
  );
  if (!rows[0]) throw new Error("the demo has no technician with a device");
  return rows[0];
}
type User = Awaited<ReturnType<typeof technician>>;

const personOf = (user: User) =>
  makePerson({
    ...{ email: `p-${randomUUID()}@example.test`, platformUserId: user.id, platformCompanyId: user.company_id },
  });

async function eraseByCase(personId: string) {
  const [person] = await database.sql`select email from people where id = ${personId}`;
  const made = await submitDeletion(
    holderCtx(personId, () => start),
    { scope: "person", confirmation: String(person?.email) },
  );
  if (!made.ok) throw new Error(made.reason);
  await expireDeletions(asSystem);
  await carryOutDeletion(asSystem, { caseId: made.value.caseId });
  return made.value;
}

async function hold(input: Partial<HoldInput>) {
  const made = await requestHold(staffCtx(await makeStaff("officer"), "officer"), {
    ...{ scope: "person", ground: "legal-claim", note: "A reason in a sentence." },
    ...input,
  } as HoldInput);
  if (!made.ok) throw new Error(made.reason);
  expect(await setHold(staffCtx(await makeStaff("officer"), "officer"), made.value)).toMatchObject({ ok: true });
  return made.value.holdId;
}

/** They had their data restricted so that it is kept. */
const restrict = (personId: string, askedAt: Temporal.Instant) => database.sql`
  insert into processing_records (id, kind, person_id, source, basis, asked_at, in_effect_from)
  values (${randomUUID()}, 'restriction', ${personId}, 'person', 'claims', ${askedAt.toString()}, ${askedAt.toString()})`;

const replay = (dryRun = false) => replayErasures(asSystem, dataMap(), { dryRun });
const dumpOf = async (client: pg.Client) => flat(await contents(client));
const devicesOf = async (client: pg.Client, { id }: User) =>
  (await client.query("select * from devices where user_id = $1 order by id", [id])).rows;
const userOf = async (client: pg.Client, { id }: User) =>
  (await client.query("select * from users where id = $1", [id])).rows;

it("without a restore, what a hold on the person keeps stays as it is, and there is nothing to do", async () => {
  const robin = await technician();
  await hold({ address: robin.email });
  await eraseByCase(await personOf(robin));
  const left = await dumpOf(platform.client);
  expect(await userOf(platform.client, robin)).toMatchObject([{ email: robin.email }]);
  expect(await replay(true)).toMatchObject({ found: 0, held: expect.any(Number), failures: [] });
  const done = await replay();
  expect(done).toMatchObject({ listed: 1, found: 0, deleted: 0, failures: [] });
  expect(done.held).toBeGreaterThan(0);
  expect(await dumpOf(platform.client)).toEqual(left);
});

it("after a restore everything goes again but what a hold keeps", async () => {
  const robin = await technician();
  const old = await copy();
  await hold({ address: robin.email, collection: "operno/devices" });
  await eraseByCase(await personOf(robin));
  await restore(old);
  const before = await devicesOf(backup.client, robin);
  expect(before.length).toBeGreaterThan(0);
  expect(await replay()).toMatchObject({ found: 1, failures: [] });
  expect(await devicesOf(backup.client, robin)).toEqual(before);
  const [user] = await userOf(backup.client, robin);
  expect(user?.email ?? null).not.toBe(robin.email);
});

it.each([
  ["since keeps it", 1],
  ["before they asked for the erasure does not", -1],
] as const)("what they had restricted themselves %s", async (_, hours) => {
  const robin = await technician();
  const old = await copy();
  const personId = await personOf(robin);
  const made = await eraseByCase(personId);
  await restore(old);
  // As when both databases were restored: they are known here again, and what they had said.
  await database.sql`update people set platform_user_id = ${robin.id} where id = ${personId}`;
  await database.sql`update deletions set platform_user_id = ${robin.id} where case_id = ${made.caseId}`;
  await restrict(personId, start.add({ hours }));
  const before = await devicesOf(backup.client, robin);
  expect(await replay()).toMatchObject({ found: hours > 0 ? 0 : 1, failures: [] });
  expect(await devicesOf(backup.client, robin)).toEqual(hours > 0 ? before : []);
});

it("a hold that is asked for while it runs stops it before anything lasts", async () => {
  const robin = await technician();
  const old = await copy();
  await eraseByCase(await personOf(robin));
  await restore(old);
  const before = await dumpOf(backup.client);
  let isAsked = false;
  onFaultPoint(async (name) => {
    if (name !== "replay.prepared" || isAsked) return;
    isAsked = true;
    await hold({ scope: "collection", collection: "operno/devices" });
  });
  expect(await replay()).toMatchObject({ found: 0, failures: [expect.stringMatching(/hold was asked for meanwhile/)] });
  expect(await dumpOf(backup.client)).toEqual(before);
  expect(await replay()).toMatchObject({ found: 1, failures: [] });
  expect(await devicesOf(backup.client, robin)).not.toEqual([]);
});

it("when the trust center was restored, whom a hold names is not forgotten here until it ends", async () => {
  const robin = await technician();
  const holdId = await hold({ address: robin.email, collection: "operno/devices" });
  const erased = await personOf(robin);
  await eraseByCase(erased);
  // As it was a year ago: they are known here, and had not asked for it yet.
  await database.sql`update people set platform_user_id = null where id = ${erased}`;
  const personId = await personOf(robin);
  await withTransaction(asSystem, (tx) => personKey(tx, personId));
  await database.sql`update people set created_at = now() - interval '1 year' where id = ${personId}`;
  await forgetErasures(database.sql);
  expect(await replay()).toMatchObject({ unknown: 1, forgotten: 0, failures: [] });
  const isForgotten = async () =>
    (await database.sql`select wrapped is null as gone from person_keys where person_id = ${personId}`)[0]?.gone;
  await forgetPeople(asSystem);
  expect(await isForgotten()).toBe(false);
  const release = { holdId, reason: "A reason in a sentence." };
  expect(await requestRelease(staffCtx(await makeStaff("officer"), "officer"), release)).toMatchObject({ ok: true });
  expect(await releaseHold(staffCtx(await makeStaff("officer"), "officer"), { holdId })).toMatchObject({ ok: true });
  await forgetPeople(asSystem);
  expect(await isForgotten()).toBe(true);
});
