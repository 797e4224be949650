import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { emptyList } from "@/test/suppressions";
import { config } from "@/trust-center.config";
import { systemCtx, visitorCtx } from "../context";
import { newestMasterVersion } from "../crypto/seal";
import { dataMap } from "../data-map/load";
import { parseMap } from "../data-map/parse";
import { replayErasures } from "../erasure/replay-erasures";
import { onFaultPoint } from "../faults";
import { newId } from "../ids";
import { readList } from "../suppression/list";
import { digester } from "../suppression/record";
import { cancelDeletion } from "./cancel-deletion";
import { carryOutDeletion } from "./carry-out-deletion";
import { expireDeletions } from "./expire-deletions";
import { forgetPeople } from "./forget-people";
import { submitDeletion } from "./submit-deletion";

// A whole company's account ends: who else owns it hears of it, and everybody in it is forgotten here with it.

const database = testDatabase();
const platform = demoPlatformPerTest();
const asSystem = systemCtx("test");
const start = Temporal.Instant.from("2026-11-23T12:00:00Z");
const ends = start.add({ hours: config.deletion.graceDays * 24 });

type User = { id: string; company_id: string; email: string; role: string };

/** Ada's company, in which Max is an owner too; here are Ada, Max and another member. */
async function company(name: string) {
  const users = await platform.client.query<User>(
    `select id, company_id, email, role from users where company_id = (select company_id from users where email = $1) and closed_at is null
     order by email = $1 desc, email like 'max.brandt@%' desc, id`,
    ["ada.winter@lumen-lifts.example"],
  );
  const [ada, max, third] = users.rows;
  if (!ada || !max || !third) throw new Error("the demo's company has not three people");
  await platform.client.query("update users set role = 'owner' where id = $1", [max.id]);
  const here = async (user: User, email: string, owner: boolean) =>
    makePerson({ email, platformUserId: user.id, platformCompanyId: user.company_id, platformOwner: owner });
  const email = `ada-${name}@example.test`;
  const people = {
    ada: await here(ada, email, true),
    max: await here(max, `max-${name}@example.test`, true),
    third: await here(third, `third-${name}@example.test`, false),
  };
  const close = (scope: "person" | "company" = "company") =>
    submitDeletion(
      holderCtx(people.ada, () => start),
      { scope, confirmation: email },
    );
  return { ada, max, third, people, email, close };
}
const isForgotten = async (personId: string) =>
  (await database.sql`select erased_at from people where id = ${personId}`)[0]?.erased_at !== null;

afterEach(() => {
  onFaultPoint();
});

describe("closing a company's account", () => {
  it("S14: every other owner is told, and can stop it without signing in; who asked hears of that", async () => {
    const { max, third, close, email } = await company("told");
    expect((await close()).ok).toBe(true);
    const mails = await mailsTo(database.sql, max.email);
    expect(mails.map(({ template }) => template)).toEqual(["company-closing"]);
    expect(mails[0]?.props).toMatchObject({ reference: expect.stringMatching(/^PR-/), company: "Lumen Lifts" });
    // Who works there and owns nothing decides nothing.
    expect(await mailsTo(database.sql, third.email)).toEqual([]);
    expect((await mailsTo(database.sql, email)).map(({ template }) => template)).toEqual(["deletion-scheduled"]);
    const token = mails[0]?.props.token ?? "";
    expect((await cancelDeletion({ ...visitorCtx(), clock: () => start.add({ hours: 1 }) }, { token })).ok).toBe(true);
    expect((await mailsTo(database.sql, email)).at(-1)?.template).toBe("deletion-cancelled");
  });

  it("nobody else hears of somebody's own deletion", async () => {
    const { max, close } = await company("own");
    const before = (await mailsTo(database.sql, max.email)).length;
    expect((await close("person")).ok).toBe(true);
    expect(await mailsTo(database.sql, max.email)).toHaveLength(before);
  });

  it("S32: everybody in it is forgotten here too, once nothing of theirs is open; others and staff are not", async () => {
    const { people, max, ada, close } = await company("forgotten");
    // A company of the same name elsewhere, whoever moved there, and who works for us.
    const moved = await makePerson({ platformUserId: newId(), platformCompanyId: ada.company_id });
    const { rows } = await platform.client.query(
      "select id from users where company_id = $1 order by id desc limit 1",
      [ada.company_id],
    );
    const worker = await makeStaff("agent");
    await database.sql`update people set platform_user_id = ${rows[0].id} where id = ${worker.personId}`;
    await platform.client.query("update invoices set paid_at = now() where company_id = $1", [ada.company_id]);
    await database.sql`insert into sessions (session_token, id, user_id, expires)
      values (${`s-${people.max}`}, gen_random_uuid(), ${people.max}, now() + interval '1 day')`;
    await database.sql`insert into devices (person_id, device_hash) values (${people.max}, 'h')`;
    await database.sql`insert into cases (id, reference, kind, channel, subject_id)
      values (gen_random_uuid(), 'PR-OPEN-0001', 'access', 'dashboard', ${people.third})`;
    const made = await close();
    if (!made.ok) throw new Error(made.reason);
    const { caseId } = made.value;
    await expireDeletions(systemCtx("test", () => ends));
    await carryOutDeletion(asSystem, { caseId });
    expect(await database.sql`select 1 from deletions where case_id = ${caseId} and ended_at is not null`).toHaveLength(
      1,
    );
    await forgetPeople(asSystem);
    expect(await isForgotten(people.ada)).toBe(true);
    expect(await isForgotten(people.max)).toBe(true);
    const [left] = await database.sql`
      select (select count(*)::int from sessions where user_id = ${people.max}) as sessions,
             (select count(*)::int from devices where person_id = ${people.max}) as devices,
             (select count(*)::int from ended_accounts where platform_user_id = ${max.id}) as noted,
             (select wrapped from person_keys where person_id = ${people.max}) as wrapped`;
    expect(left).toEqual({ sessions: 0, devices: 0, noted: 0, wrapped: null });
    for (const other of [people.third, moved, worker.personId]) expect(await isForgotten(other)).toBe(false);
    await database.sql`update cases set closed_at = now() where subject_id = ${people.third}`;
    await forgetPeople(asSystem);
    expect(await isForgotten(people.third)).toBe(true);
    expect(await isForgotten(moved)).toBe(false);
  });

  it("H1: whoever leaves after an attempt that changed nothing does not end with it", async () => {
    const { people, third, ada, close } = await company("left");
    await platform.client.query("update invoices set paid_at = now() where company_id = $1", [ada.company_id]);
    const made = await close();
    if (!made.ok) throw new Error(made.reason);
    const { caseId } = made.value;
    await expireDeletions(systemCtx("test", () => ends));
    onFaultPoint((name) => {
      if (name === "suppression.written") throw new Error("died");
    });
    await expect(carryOutDeletion(asSystem, { caseId })).rejects.toThrow("died");
    onFaultPoint();
    const noted = () => database.sql`select 1 from ended_accounts where platform_user_id = ${third.id}`;
    expect(await noted()).toHaveLength(1);
    await platform.client.query(
      "update users set company_id = (select id from companies where id <> $1 limit 1) where id = $2",
      [ada.company_id, third.id],
    );
    await carryOutDeletion(asSystem, { caseId });
    expect(await noted()).toHaveLength(0);
    await forgetPeople(asSystem);
    expect(await isForgotten(people.third)).toBe(false);
    expect(await isForgotten(people.max)).toBe(true);
    const members: (string[] | undefined)[] = [];
    for await (const line of readList()) if (line.reference === made.value.reference) members.push(line.members);
    expect(members).toHaveLength(2);
    const hash = digester(newestMasterVersion())("person", "operno", third.id);
    expect(members.map((all) => all?.includes(hash))).toEqual([true, false]);
  });

  describe("with a second system", () => {
    const { systems } = dataMap();
    const those = systems.length;
    afterEach(() => void systems.splice(those));

    it("H1: whoever leaves before anything lasts at home does not end with it, whatever lasts elsewhere", async () => {
      // Of the platforms of the tests before.
      await emptyList(database.sql);
      const logins = "connection: PLATFORM_DATABASE_URL, eraser: { connection: PLATFORM_ERASER_DATABASE_URL }";
      systems.push(
        ...parseMap(
          "post.yml",
          `
dataset:
  - fides_key: post
    data_categories: [user]
    fides_meta: { namespace: { schema: post } }
    trust: { ${logins}, ignore_schemas: [{ name: public, reason: The platform's }] }
    collections:
      - name: letters
        trust: { category: collect.communication, role: owner, scope: both, retention: account, erasure: delete }
        fields: [{ name: mail, fides_meta: { identity: email }, trust: { type: text } }]`,
        ),
      );
      const query = (text: string, values: unknown[] = []) => platform.client.query(text, values);
      const { people, third, ada, close } = await company("elsewhere");
      await query("create schema post; create table post.letters (mail text)");
      await query("insert into post.letters values ($1)", [ada.email]);
      await query("update invoices set paid_at = now() where company_id = $1", [ada.company_id]);
      const made = await close();
      if (!made.ok) throw new Error(made.reason);
      const { caseId } = made.value;
      await expireDeletions(systemCtx("test", () => ends));
      await query(`create function stop() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
        create trigger stop before update or delete on companies for each row execute function stop()`);
      await expect(carryOutDeletion(asSystem, { caseId })).rejects.toThrow(/P0001/);
      expect((await query("select 1 from post.letters")).rowCount).toBe(0);
      await query("drop trigger stop on companies");
      await query("update users set company_id = (select id from companies where id <> $1 limit 1) where id = $2", [
        ada.company_id,
        third.id,
      ]);
      // A replay in between takes nobody along who has left.
      expect(await replayErasures(asSystem, dataMap(), { dryRun: true })).toMatchObject({ came: [], left: [] });
      await carryOutDeletion(asSystem, { caseId });
      const account = async () => (await query("select email from users where id = $1", [third.id])).rows;
      expect(await account()).toEqual([{ email: third.email }]);
      expect(await replayErasures(asSystem, dataMap())).toMatchObject({ found: 0, came: [], failures: [] });
      expect(await account()).toEqual([{ email: third.email }]);
      await forgetPeople(asSystem);
      expect(await isForgotten(people.third)).toBe(false);
      expect(await isForgotten(people.max)).toBe(true);
    });
  });
});
