import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { config } from "@/trust-center.config";
import { systemCtx } from "../context";
import { concealHold } from "../holds/conceal-hold";
import { releaseHold } from "../holds/release-hold";
import { type HoldInput, requestHold } from "../holds/request-hold";
import { requestRelease } from "../holds/request-release";
import { setHold } from "../holds/set-hold";
import { addSubjectMessage } from "./add-subject-message";
import { beginDeletion } from "./begin-deletion";
import { carryOutDeletion } from "./carry-out-deletion";
import { expireDeletions } from "./expire-deletions";
import { forgetPeople } from "./forget-people";
import { previewDeletion } from "./preview-deletion";
import { caseForSubject, mySubject } from "./queries";
import { resumeDeletions } from "./resume-deletions";
import { submitDeletion } from "./submit-deletion";

// Deletions that something keeps up: a legal hold, or what has to be settled first; and what is forgotten here at the end.

const database = testDatabase();
const platform = demoPlatformPerTest();
afterEach(() => database.sql`truncate legal_holds`.then(() => {}));

const asSystem = systemCtx("test");
const start = Temporal.Now.instant().subtract({ hours: 24 * 8 });
const ends = start.add({ hours: config.deletion.graceDays * 24 });

type User = { id: string; company_id: string; email: string };

async function someone(where: string): Promise<User> {
  const { rows } = await platform.client.query<User>(
    `select u.id, u.company_id, u.email from users u where ${where} order by u.created_at limit 1`,
  );
  if (!rows[0]) throw new Error(`the demo has nobody with ${where}`);
  return rows[0];
}
const technician = () =>
  someone(`u.role = 'technician' and exists (select 1 from devices d where d.user_id = u.id)
    and exists (select 1 from support_conversations c where c.opened_by = u.id)`);

/** Their person here, who asked for deletion so long ago that the grace period is over. */
async function due(user: User, scope: "person" | "company" = "person") {
  const made = await planned(user, scope);
  await expireDeletions(systemCtx("test", () => ends));
  return made;
}

async function planned(user: User, scope: "person" | "company" = "person") {
  const owner = scope === "company" || undefined;
  const email = `p-${randomUUID()}@example.test`;
  const personId = await makePerson({
    ...{ email, platformUserId: user.id, platformCompanyId: user.company_id, platformOwner: owner ?? false },
  });
  const made = await submitDeletion(
    holderCtx(personId, () => start),
    { scope, confirmation: email },
  );
  if (!made.ok) throw new Error(made.reason);
  return { personId, email, ...made.value };
}

async function hold(input: Partial<HoldInput> & { address: string }) {
  const [one, two] = [staffCtx(await makeStaff("officer"), "officer"), staffCtx(await makeStaff("officer"), "officer")];
  const note = "A reason in a sentence.";
  const made = await requestHold(one, { scope: "person", ground: "legal-claim", note, ...input } as HoldInput);
  if (!made.ok) throw new Error(made.reason);
  const { holdId } = made.value;
  expect((await setHold(two, { holdId })).ok).toBe(true);
  const release = async () => {
    expect((await requestRelease(one, { holdId, reason: note })).ok).toBe(true);
    expect((await releaseHold(two, { holdId })).ok).toBe(true);
  };
  return { holdId, one, release };
}

const count = async (table: string, where: string, id: string): Promise<number> => {
  const { rows } = await platform.client.query(`select count(*)::int as n from ${table} where ${where}`, [id]);
  return rows[0].n as number;
};
/** What the queue was given for a case. */
const jobs = async (caseId: string) =>
  (
    await database.sql`select 1 from pgboss.job where name = 'deletion.carry-out' and data->>'caseId' = ${caseId}
    and state < 'completed'`
  ).length;
const workOff = async (caseId: string) => {
  await database.sql`delete from pgboss.job where name = 'deletion.carry-out'`;
  await resumeDeletions(asSystem);
  const found = await jobs(caseId);
  if (found > 0) await carryOutDeletion(asSystem, { caseId });
  await database.sql`delete from pgboss.job where name = 'deletion.carry-out'`;
  return found;
};

describe("a legal hold", () => {
  it("on all of a person keeps every row as it was, and its release lets the deletion go on by itself", async () => {
    const user = await technician();
    const { release } = await hold({ address: user.email });
    const { rows: before } = await platform.client.query("select * from users where id = $1", [user.id]);
    const { personId, caseId, reference } = await due(user);
    await carryOutDeletion(asSystem, { caseId });
    expect((await platform.client.query("select * from users where id = $1", [user.id])).rows).toEqual(before);
    const found = await caseForSubject(holderCtx(personId), reference);
    expect(found).toMatchObject({ closedAt: null, deletion: { endedAt: null } });
    const held = found?.erasure.flatMap(({ items }) => items).reduce((sum, item) => sum + item.held, 0);
    expect(held).toBeGreaterThan(5);
    // While it stands nothing is tried again.
    expect(await workOff(caseId)).toBe(0);
    await forgetPeople(asSystem);
    expect(await mySubject(holderCtx(personId))).toMatchObject({ platformUserId: user.id });
    await release();
    expect(await workOff(caseId)).toBe(1);
    expect(await count("devices", "user_id = $1", user.id)).toBe(0);
    expect(await count("users", "id = $1 and full_name is not null", user.id)).toBe(0);
    const after = await caseForSubject(holderCtx(personId), reference);
    expect(after).toMatchObject({ decision: "approved" });
    expect(after?.deletion?.endedAt).toBeTruthy();
    expect(after?.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["deletion.carried-out", "deletion.continued"]),
    );
    const [row] = await database.sql`select identities from deletions where case_id = ${caseId}`;
    expect(row?.identities).toBeNull();
  });

  it("on one collection lets the rest go, and what was held goes later though the account is gone", async () => {
    const user = await technician();
    // Found by the address alone, which the account will not hold any more.
    await platform.client.query(
      "insert into error_reports (id, reporter_email, message, reported_at) values (gen_random_uuid(), $1, 'it broke', now())",
      [user.email.toUpperCase()],
    );
    const { release } = await hold({ address: user.email, collection: "operno/error_reports" });
    const { caseId } = await due(user);
    await carryOutDeletion(asSystem, { caseId });
    expect(await count("devices", "user_id = $1", user.id)).toBe(0);
    expect(await count("users", "id = $1 and email like '%@%.example'", user.id)).toBe(0);
    expect(await count("error_reports", "lower(reporter_email) = $1", user.email)).toBe(1);
    const [row] = await database.sql`select identities, ended_at from deletions where case_id = ${caseId}`;
    expect(row?.ended_at).toBeNull();
    expect(Buffer.from(row?.identities ?? "").toString("latin1")).not.toContain(user.email);
    await release();
    expect(await workOff(caseId)).toBe(1);
    expect(await count("error_reports", "lower(reporter_email) = $1", user.email)).toBe(0);
    expect(
      (await database.sql`select 1 from deletions where case_id = ${caseId} and ended_at is not null`).length,
    ).toBe(1);
  });

  it("within a range of time keeps what is from then, and no more", async () => {
    const user = await technician();
    await platform.client.query(
      `insert into notifications (id, user_id, title, body, created_at)
       select gen_random_uuid(), $1, 'n', at::text, at from unnest(array['2026-01-31T23:59:59Z', '2026-02-01T00:00:00Z',
         '2026-02-28T23:59:59Z', '2026-03-01T00:00:00Z']::timestamptz[]) at`,
      [user.id],
    );
    await hold({
      ...{ address: user.email, collection: "operno/notifications", from: "2026-02-01", until: "2026-03-01" },
    });
    const { caseId } = await due(user);
    await carryOutDeletion(asSystem, { caseId });
    const { rows } = await platform.client.query(
      "select created_at from notifications where user_id = $1 order by created_at",
      [user.id],
    );
    expect(rows.map(({ created_at }) => created_at.toISOString())).toEqual([
      "2026-02-01T00:00:00.000Z",
      "2026-02-28T23:59:59.000Z",
    ]);
  });

  it("is named before confirming; a concealed one is counted as kept by law and not named", async () => {
    const user = await technician();
    const personId = await makePerson({ platformUserId: user.id, platformCompanyId: user.company_id });
    const { holdId, one } = await hold({ address: user.email, collection: "operno/devices" });
    const ctx = holderCtx(personId);
    const subject = { platformUserId: user.id, platformCompanyId: user.company_id };
    const devices = async () =>
      (await previewDeletion(ctx, subject, "person")).items.filter(({ collection }) => collection === "devices");
    expect(await devices()).toMatchObject([{ action: "keep", ground: expect.stringContaining("legal claim") }]);
    await concealHold(one, { holdId, reason: "An order forbids telling them." });
    const shown = await devices();
    expect(shown).toMatchObject([{ action: "keep", ground: expect.stringContaining("law") }]);
    expect(shown[0]?.ground).not.toMatch(/claim|hold/);
  });
});

describe("what has to be settled first", () => {
  it("the only owner: nothing begins until somebody else owns the company, then it does by itself", async () => {
    const user = await someone("u.role = 'owner' and u.email like 'noor.haddad@%'");
    const { personId, caseId, reference } = await due(user);
    expect(await workOff(caseId)).toBe(1);
    const [row] = await database.sql`select begun_at, preview from deletions where case_id = ${caseId}`;
    expect(row).toMatchObject({ begun_at: null, preview: { blockers: ["sole-owner"] } });
    const agent = staffCtx(await makeStaff("agent"), "agent");
    const revision = (await caseForSubject(holderCtx(personId), reference))?.revision ?? -1;
    expect((await beginDeletion(agent, { caseId, revision: revision + 1 })).ok).toBe(false);
    expect(await beginDeletion(staffCtx(await makeStaff("auditor"), "auditor"), { caseId, revision })).toEqual({
      ok: false,
      reason: "not-allowed",
    });
    await platform.client.query(
      "update users set role = 'owner' where id = (select id from users where company_id = $1 and role <> 'owner' and closed_at is null limit 1)",
      [user.company_id],
    );
    expect((await beginDeletion(agent, { caseId, revision })).ok).toBe(true);
    expect(await jobs(caseId)).toBe(1);
    await carryOutDeletion(asSystem, { caseId });
    expect(await count("users", "id = $1 and full_name is not null", user.id)).toBe(0);
    expect(await beginDeletion(agent, { caseId, revision })).toMatchObject({ ok: false });
  });

  it("unpaid invoices: the company's account is closed once they are paid", async () => {
    const user = await someone("u.role = 'owner' and u.email like 'ines.duarte@%'");
    const { caseId } = await due(user, "company");
    await carryOutDeletion(asSystem, { caseId });
    const [row] = await database.sql`select begun_at, preview from deletions where case_id = ${caseId}`;
    expect(row).toMatchObject({
      begun_at: null,
      preview: { blockers: ["open-records"], open: [{ label: "Invoices", rows: 1 }] },
    });
    await platform.client.query("update invoices set paid_at = now() where company_id = $1 and paid_at is null", [
      user.company_id,
    ]);
    expect(await workOff(caseId)).toBe(1);
    // With the members' own rows, which are in no company's copy.
    expect(await count("users", "company_id = $1 and full_name is not null", user.company_id)).toBe(0);
    expect(await count("notifications n join users u on u.id = n.user_id", "u.company_id = $1", user.company_id)).toBe(
      0,
    );
    expect(await count("invoices", "company_id = $1", user.company_id)).toBeGreaterThan(0);
  });

  it("who lost the company in the meantime closes nothing", async () => {
    const user = await someone("u.role = 'owner' and u.email like 'ada.winter@%'");
    const { caseId } = await due(user, "company");
    await platform.client.query("update users set role = 'office' where id = $1", [user.id]);
    await carryOutDeletion(asSystem, { caseId });
    const [row] = await database.sql`select begun_at, preview from deletions where case_id = ${caseId}`;
    expect(row).toMatchObject({ begun_at: null, preview: { blockers: ["not-owner"] } });
    expect(await count("companies", "id = $1", user.company_id)).toBe(1);
  });

  it("who lost it after an attempt that changed nothing closes it neither, and the desk says why", async () => {
    const user = await someone("u.role = 'owner' and u.email like 'ada.winter@%'");
    const { caseId } = await due(user, "company");
    await platform.client.query("update invoices set paid_at = now() where company_id = $1", [user.company_id]);
    await platform.client.query("alter table access_logs rename to gone");
    await expect(carryOutDeletion(asSystem, { caseId })).rejects.toThrow(/access_logs/);
    await platform.client.query("alter table gone rename to access_logs");
    await platform.client.query("update users set role = 'office' where id = $1", [user.id]);
    await expect(carryOutDeletion(asSystem, { caseId })).rejects.toThrow(/do not own that company/);
    expect(await count("users", "company_id = $1 and full_name is not null", user.company_id)).toBeGreaterThan(0);
    const [run] = await database.sql`select failure from erasure_runs where case_id = ${caseId}`;
    expect(run?.failure).toMatch(/do not own that company/);
    await platform.client.query("update users set role = 'owner' where id = $1", [user.id]);
    await carryOutDeletion(asSystem, { caseId });
    expect(await count("users", "company_id = $1 and full_name is not null", user.company_id)).toBe(0);
  });
});

describe("at the end", () => {
  it("S32: they are forgotten here too: a dump of everything names them nowhere, and what they wrote opens no more", async () => {
    // Whom no other test of this file made a person of.
    const user = await someone("u.role = 'technician' and u.email like 'max.brandt@%'");
    const { personId, email, caseId, reference } = await due(user);
    const ctx = holderCtx(personId);
    await database.sql`update people set name = 'Canary Quillfeather' where id = ${personId}`;
    const written = await addSubjectMessage(ctx, { reference, message: "Please keep the canary sentence secret." });
    expect(written.ok).toBe(true);
    await database.sql`insert into sessions (session_token, id, user_id, expires, device)
      values (${`s-${personId}`}, gen_random_uuid(), ${personId}, now() + interval '1 day', 'Canary browser')`;
    await carryOutDeletion(asSystem, { caseId });
    await forgetPeople(asSystem);
    await forgetPeople(asSystem);
    const dump = await everything();
    for (const trace of [email, user.id, user.email, "Quillfeather", "Canary browser"])
      expect(
        dump.filter((row) => row.includes(trace)).map((row) => row.slice(0, 60)),
        trace,
      ).toEqual([]);
    const messages = await database.sql`select 1 from case_messages where case_id = ${caseId}`;
    expect(messages.length).toBeGreaterThan(0);
    const [key] = await database.sql`select wrapped, destroyed_at from person_keys where person_id = ${personId}`;
    expect(key).toMatchObject({ wrapped: null, destroyed_at: expect.anything() });
    const [entry] = await database.sql`
      select count(*)::int as n from audit_entries where action = 'person.forgotten' and object_id = ${personId}`;
    expect(entry?.n).toBe(1);
    // That a request was made and done stays.
    expect((await database.sql`select 1 from cases where id = ${caseId} and decision = 'approved'`).length).toBe(1);
    // With the same address one can come back, as somebody new.
    expect(await makePerson({ email })).not.toBe(personId);
  });

  it("S32: whoever signs in with another address of the same account is forgotten too, and nobody else", async () => {
    const user = await technician();
    const { personId, caseId } = await due(user);
    const account = { platformUserId: user.id, platformCompanyId: user.company_id };
    const other = await makePerson({ email: `o-${randomUUID()}@example.test`, ...account });
    const colleague = await makePerson({ ...account, platformUserId: randomUUID() });
    await carryOutDeletion(asSystem, { caseId });
    await forgetPeople(asSystem);
    const erased = async (id: string) =>
      (await database.sql`select erased_at is not null as gone from people where id = ${id}`)[0]?.gone;
    expect([await erased(personId), await erased(other), await erased(colleague)]).toEqual([true, true, false]);
  });

  it("R10: one of whom something is refused holds up no other, at the end of the grace period and when they are forgotten", async () => {
    const [stuck, other] = [await planned(await technician()), await planned(await someone("u.role = 'office'"))];
    const refusing = async (
      table: "deletions" | "people",
      column: string,
      id: string,
      work: () => Promise<unknown>,
    ) => {
      await database.sql.unsafe(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
        create trigger refuse before update on ${table} for each row when (old.${column} = '${id}') execute function refuse()`);
      await expect(work()).rejects.toThrow();
      await database.sql.unsafe(`drop trigger refuse on ${table}; drop function refuse()`);
    };
    const states = (column: string) =>
      database.sql`
      select d.expired_at is not null as over, p.erased_at is not null as forgotten from deletions d join people p on p.id = d.person_id
      where d.case_id in ${database.sql([stuck.caseId, other.caseId])} order by d.case_id = ${stuck.caseId} desc`.then(
        (rows) => rows.map((row) => row[column]),
      );
    const expire = () => expireDeletions(systemCtx("test", () => ends));
    await refusing("deletions", "case_id", stuck.caseId, expire);
    expect(await states("over")).toEqual([false, true]);
    await expire();
    for (const { caseId } of [stuck, other]) await carryOutDeletion(asSystem, { caseId });
    await refusing("people", "id", stuck.personId, () => forgetPeople(asSystem));
    expect(await states("forgotten")).toEqual([false, true]);
    await forgetPeople(asSystem);
    expect(await states("forgotten")).toEqual([true, true]);
  });

  it("not while another request of theirs is open", async () => {
    const user = await technician();
    const { personId, caseId } = await due(user);
    await database.sql`
      insert into cases (id, reference, kind, channel, subject_id)
      values (gen_random_uuid(), ${`PR-${personId.slice(-8)}`}, 'access', 'dashboard', ${personId})`;
    await carryOutDeletion(asSystem, { caseId });
    await forgetPeople(asSystem);
    expect((await database.sql`select erased_at from people where id = ${personId}`)[0]?.erased_at).toBeNull();
    await database.sql`update cases set closed_at = now() where subject_id = ${personId}`;
    await forgetPeople(asSystem);
    expect((await database.sql`select erased_at from people where id = ${personId}`)[0]?.erased_at).not.toBeNull();
  });
});

/** Every row of the trust center's own tables and its queue as text, but for the local mailbox, which is the recipients'. */
async function everything(): Promise<string[]> {
  const tables = await database.sql<{ name: string }[]>`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'pgboss') and c.relkind = 'r' and c.relname <> 'mailbox'`;
  const found: string[] = [];
  for (const { name } of tables)
    for (const { row } of await database.sql.unsafe<{ row: string }[]>(`select t::text as row from ${name} t`))
      found.push(`${name}: ${row}`);
  return found;
}
