import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { config } from "@/trust-center.config";
import { systemCtx } from "../context";
import { resetEnv } from "../env";
import { releaseHold } from "../holds/release-hold";
import { requestHold } from "../holds/request-hold";
import { requestRelease } from "../holds/request-release";
import { setHold } from "../holds/set-hold";
import { objectToUse } from "../processing/object-to-use";
import { carryOutDeletion } from "./carry-out-deletion";
import { expireDeletions } from "./expire-deletions";
import { forgetPeople } from "./forget-people";
import { caseForSubject } from "./queries";
import { submitDeletion } from "./submit-deletion";

// A deletion is of the account that it was planned for, whatever a later sign-in links the person to.

const database = testDatabase();
const platform = demoPlatformPerTest();
afterEach(() => database.sql`truncate legal_holds`.then(() => {}));

const asSystem = systemCtx("test");
const start = Temporal.Now.instant().subtract({ hours: 24 * 8 });
const ends = start.add({ hours: config.deletion.graceDays * 24 });

type User = { id: string; company_id: string; email: string };
const someone = async (where: string): Promise<User> => {
  const { rows } = await platform.client.query<User>(
    `select u.id, u.company_id, u.email from users u where ${where} order by u.created_at limit 1`,
  );
  if (!rows[0]) throw new Error(`the demo has nobody with ${where}`);
  return rows[0];
};
/** With an address that no other test of this file knows: they share our database. */
async function technician(): Promise<User> {
  const user = await someone("u.role = 'technician' and exists (select 1 from devices d where d.user_id = u.id)");
  const email = `t-${platform.name}@example.test`.replaceAll("_", "-");
  await platform.client.query("update users set email = $2, email_verified_at = now() where id = $1", [user.id, email]);
  return { ...user, email };
}

async function planned(user: User | null, scope: "person" | "company" = "person") {
  const email = user?.email.toLowerCase() ?? `nobody-${randomUUID()}@nowhere.example`;
  const personId = await makePerson({
    ...{ email, platformUserId: user?.id ?? null, platformCompanyId: user?.company_id ?? null },
    platformOwner: scope === "company",
  });
  const holder = holderCtx(personId, () => start);
  const made = await submitDeletion(holder, { scope, confirmation: email });
  if (!made.ok) throw new Error(made.reason);
  return { personId, holder, email, ...made.value };
}
const expire = () => expireDeletions(systemCtx("test", () => ends));
/** As a sign-in does it. */
const link = (personId: string, userId: string | null, companyId: string | null = null) =>
  database.sql.begin(async (sql) => {
    await sql`select set_config('tc.actor', 'auth', true)`;
    await sql`update people set platform_user_id = ${userId}, platform_company_id = ${companyId},
      platform_owner = ${companyId !== null} where id = ${personId}`;
  });
const count = async (table: string, where: string, id: string): Promise<number> =>
  (await platform.client.query(`select count(*)::int as n from ${table} where ${where}`, [id])).rows[0].n;

async function holdOn(user: User, collection: string) {
  const [one, two] = [staffCtx(await makeStaff("officer"), "officer"), staffCtx(await makeStaff("officer"), "officer")];
  const note = "A reason in a sentence.";
  const made = await requestHold(one, {
    ...{ scope: "person", address: user.email, collection, ground: "legal-claim", note },
  });
  if (!made.ok) throw new Error(made.reason);
  const { holdId } = made.value;
  expect((await setHold(two, { holdId })).ok).toBe(true);
  return async () => {
    expect((await requestRelease(one, { holdId, reason: note })).ok).toBe(true);
    expect((await releaseHold(two, { holdId })).ok).toBe(true);
  };
}

/** A new account of the platform, with an address that was somebody else's. */
async function signUp(email: string, companyId: string): Promise<string> {
  const id = randomUUID();
  await platform.client.query(
    `insert into users select (jsonb_populate_record(u, jsonb_build_object('id', $1::text, 'email', $2::text, 'company_id', $3::text,
       'created_at', now(), 'email_verified_at', now(), 'full_name', 'Somebody New'))).*
     from users u where u.role = 'technician' and u.email <> $2 and u.full_name is not null order by u.created_at limit 1`,
    [id, email, companyId],
  );
  await platform.client.query(
    `insert into devices select (jsonb_populate_record(d, jsonb_build_object('id', gen_random_uuid()::text, 'user_id', $1::text))).*
     from devices d limit 1`,
    [id],
  );
  return id;
}

describe("a deletion of which a hold kept something back", () => {
  it("ends with it, though whoever signed in since is linked to no account any more", async () => {
    const user = await technician();
    const release = await holdOn(user, "operno/devices");
    const { personId, holder, reference, caseId } = await planned(user);
    await expire();
    await carryOutDeletion(asSystem, { caseId });
    expect(await count("users", "id = $1 and full_name is not null", user.id)).toBe(0);
    expect(await count("devices", "user_id = $1", user.id)).toBeGreaterThan(0);
    await link(personId, null);
    // While it stands another pass finds it held still, and ends nothing.
    await carryOutDeletion(asSystem, { caseId });
    expect(await caseForSubject(holder, reference)).toMatchObject({ closedAt: null, deletion: { endedAt: null } });
    await release();
    await carryOutDeletion(asSystem, { caseId });
    expect(await count("devices", "user_id = $1", user.id)).toBe(0);
    expect((await caseForSubject(holder, reference))?.deletion?.endedAt).toBeTruthy();
    await forgetPeople(asSystem);
    const [row] = await database.sql`select platform_user_id, account_noted_at is not null as noted
      from deletions where case_id = ${caseId}`;
    expect(row).toEqual({ platform_user_id: null, noted: true });
  });

  it("leaves alone the account that they opened since under the same address, and what they said of its use", async () => {
    const user = await technician();
    const release = await holdOn(user, "operno/devices");
    const { personId, email, holder, reference, caseId } = await planned(user);
    await expire();
    await carryOutDeletion(asSystem, { caseId });
    const anew = await signUp(email, user.company_id);
    await link(personId, anew, user.company_id);
    expect((await objectToUse(holder, { purpose: "communication", idempotencyKey: randomUUID() })).ok).toBe(true);
    await release();
    await carryOutDeletion(asSystem, { caseId });
    expect((await caseForSubject(holder, reference))?.deletion?.endedAt).toBeTruthy();
    expect(await count("devices", "user_id = $1", user.id)).toBe(0);
    expect(await count("devices", "user_id = $1", anew)).toBe(1);
    expect(await count("users", "id = $1 and full_name = 'Somebody New' and email_verified_at is not null", anew)).toBe(
      1,
    );
    await database.sql`update cases set closed_at = now(), decided_at = now(), decision = 'completed'
      where subject_id = ${personId} and closed_at is null`;
    await forgetPeople(asSystem);
    expect((await database.sql`select 1 from people where id = ${personId} and erased_at is not null`).length).toBe(1);
    expect((await database.sql`select 1 from processing_records where subject = ${anew}`).length).toBe(1);
  });

  it("from before its account was noted, stops and says so rather than end with nothing", async () => {
    const user = await technician();
    const release = await holdOn(user, "operno/devices");
    const { personId, caseId } = await planned(user);
    await expire();
    await carryOutDeletion(asSystem, { caseId });
    await database.sql.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`update deletions set platform_user_id = null, platform_company_id = null, account_noted_at = null
        where case_id = ${caseId}`;
    });
    await release();
    await link(personId, null);
    await expect(carryOutDeletion(asSystem, { caseId })).rejects.toThrow(/not known any more/);
    expect(await count("devices", "user_id = $1", user.id)).toBeGreaterThan(0);
    // Linked again, it goes on with that account and keeps to it.
    await link(personId, user.id, user.company_id);
    await carryOutDeletion(asSystem, { caseId });
    expect(await count("devices", "user_id = $1", user.id)).toBe(0);
    const [row] = await database.sql`select platform_user_id from deletions where case_id = ${caseId}`;
    expect(row?.platform_user_id).toBe(user.id);
  });
});

describe("in the grace period", () => {
  it("another address on the platform takes nobody's account out of it", async () => {
    const user = await technician();
    const { personId, caseId } = await planned(user);
    await platform.client.query("update users set email = 'moved@elsewhere.example' where id = $1", [user.id]);
    await link(personId, null);
    await expire();
    await carryOutDeletion(asSystem, { caseId });
    expect(await count("devices", "user_id = $1", user.id)).toBe(0);
    expect(await count("users", "id = $1 and full_name is not null", user.id)).toBe(0);
  });

  it("another company of theirs is not closed in place of the one that was asked for", async () => {
    const user = await someone("u.role = 'owner' and u.email like 'ines.duarte@%'");
    await platform.client.query("update invoices set paid_at = now() where company_id = $1 and paid_at is null", [
      user.company_id,
    ]);
    const { personId, caseId } = await planned(user, "company");
    const other = await someone(`u.role = 'owner' and u.company_id <> '${user.company_id}'`);
    await platform.client.query("update users set company_id = $2 where id = $1", [user.id, other.company_id]);
    await link(personId, user.id, other.company_id);
    await expire();
    await carryOutDeletion(asSystem, { caseId });
    const [row] = await database.sql`select begun_at, preview from deletions where case_id = ${caseId}`;
    expect(row).toMatchObject({ begun_at: null, preview: { blockers: ["not-owner"] } });
    expect(await count("users", "company_id = $1 and full_name is not null", other.company_id)).toBeGreaterThan(1);
  });

  it("an account that was opened since is none of it; whom the platform did not know then has nothing there", async () => {
    const { personId, email, holder, reference, caseId } = await planned(null);
    const user = await technician();
    const anew = await signUp(email, user.company_id);
    await link(personId, anew, user.company_id);
    await expire();
    await carryOutDeletion(asSystem, { caseId });
    expect(await caseForSubject(holder, reference)).toMatchObject({ decision: "approved" });
    expect(await count("devices", "user_id = $1", anew)).toBe(1);
  });
});

describe("whom no sign-in could link", () => {
  it("plans nothing in place of an account that the platform knows, nor while it does not answer", async () => {
    const user = await technician();
    const email = user.email.toLowerCase();
    const holder = holderCtx(await makePerson({ email }));
    const ask = () => submitDeletion(holder, { scope: "person", confirmation: email });
    expect(await ask()).toEqual({ ok: false, reason: "account-unlinked" });
    const before = process.env.PLATFORM_DATABASE_URL;
    process.env.PLATFORM_DATABASE_URL = "postgres://nobody:x@127.0.0.1:1/none";
    resetEnv();
    try {
      expect(await ask()).toEqual({ ok: false, reason: "cannot-check" });
    } finally {
      process.env.PLATFORM_DATABASE_URL = before;
      resetEnv();
    }
  });
});

it("the database lets no deletion change to another account", async () => {
  const { caseId } = await planned(await technician());
  await expect(database.sql`update deletions set platform_user_id = 'u' where case_id = ${caseId}`).rejects.toThrow(
    /stays with its account/,
  );
});
