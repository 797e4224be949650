import { beforeEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { makePerson, makeStaff } from "@/test/people";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, checkedErasing, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { emptyList, forgetErasures } from "@/test/suppressions";
import { systemCtx } from "../context";
import { companyMembers } from "../data-map/company-members";
import { homeSystem } from "../data-map/load";
import type { Collection } from "../data-map/types";
import { resetEnv } from "../env";
import { onFaultPoint } from "../faults";
import { newReference } from "../ids";
import { suppress } from "../suppression/suppress";
import { eraseSubject } from "./erase-subject";
import { readBefore } from "./read-before";
import { replayErasures } from "./replay-erasures";

// A backup from before a closing has other people in the company than it had as it was closed: Lou had left it, Mia had come.

const database = testDatabase();
const open = strangerPerTest();
const ctx = systemCtx("test");
beforeEach(() => emptyList(database.sql));

const id: [string, { pk: true }] = ["integer", { pk: true }];
const schema = `create table firms (id int primary key, name text, ended timestamptz);
  create table users (id int primary key, mail text, firm int references firms, owns boolean not null default false, came timestamptz not null default '2020-01-01', gone timestamptz);
  create table jobs (id int primary key, firm int not null references firms, made_by int references users, words text);
  create table notes (id int primary key, writer int not null references users, words text);
  insert into firms values (1, 'Zebra Ltd'), (2, 'Lasting Ltd');
  insert into users values (1, 'zebra@z.example', 1, true), (2, 'zebra2@z.example', 1, false), (3, 'lou-lasting@x.example', 1, false), (4, 'mia-zebra@z.example', 2, false),
    (5, 'lasting@x.example', 2, true);
  insert into jobs values (1, 1, 1, 'zebra'), (2, 1, 3, 'zebra'), (3, 2, 4, 'lasting'), (4, 2, 5, 'lasting');
  insert into notes values (1, 2, 'zebra'), (2, 3, 'lasting'), (3, 4, 'zebra'), (4, 5, 'lasting')`;
const firm = from("firms.id");
const map = (since?: string) =>
  mapOf(
    {
      person: {
        collection: "users",
        id: "id",
        email: "mail",
        company: "firm",
        closed: "gone",
        owner: { field: "owns", is: ["true"] },
      },
      company: { collection: "firms", id: "id", name: "name", closed: "ended" },
    },
    [
      collection("firms", { scope: "company", company: "id" }, { id, name: "text", ended: "timestamptz" }),
      collection(
        "users",
        { scope: "both", company: "firm", ...(since ? { since } : {}) },
        {
          ...{ id, firm: ["integer", { refs: [firm] }], owns: "boolean", came: "timestamptz", gone: "timestamptz" },
          mail: ["text", { identity: "email", follow: true }],
        },
      ),
      collection(
        "jobs",
        {
          scope: "both",
          role: "mentions",
          company: "firm",
          erasure: { person: { action: "keep", ground: "The company's", until: "account" }, company: "delete" },
        },
        { id, firm: ["integer", { refs: [firm] }], made_by: ["integer", { refs: [from("users.id")] }], words: "text" },
      ),
      collection("notes", {}, { id, writer: ["integer", { refs: [from("users.id")] }], words: "text" }),
    ],
  );
const company = { platformUserId: "1", platformCompanyId: "1" };
const moved = "update public.users set firm = 2 where id = 3; update public.users set firm = 1 where id = 4";

/** Closes the company after both have moved; then the platform is as it was before. */
async function closedAndRestored({
  since,
  isOlder = false,
}: {
  since?: string;
  isOlder?: boolean;
} = {}): Promise<Opened> {
  const given = { schema, map: map(since) };
  const live = await open(given);
  await live.client.query(moved);
  const { identities, marks } = await readBefore(live.map, company, "company");
  const members = await companyMembers("1", homeSystem(live.map));
  expect(members).toEqual(["1", "2", "4"]);
  const line = { reference: newReference(), scope: "company" as const, system: "theirs", person: "1", company: "1" };
  await suppress(ctx, { ...line, members: isOlder ? null : members, marks, identities });
  await eraseSubject({ map: live.map, subject: company, scope: "company" });
  // Somebody else's row leads to Mia, so a row without anything of hers stays.
  expect((await everything(live.client)).filter((row) => /zebra/i.test(row))).toEqual([]);
  return open(given);
}
const users = async ({ client }: Opened) =>
  (await client.query("select id, firm from public.users order by 1")).rows.map((row) => `${row.id} in ${row.firm}`);

describe("a company that is closed again after a restore", () => {
  it("the map is sound", async () => {
    const system = await open({ schema, map: map("came") });
    expect([...(await checked(system.map)), ...(await checkedErasing(system))]).toEqual([]);
  });

  it("R9: ends for whoever was in it as it was closed, and for nobody else", async () => {
    const restored = await closedAndRestored();
    const before = await everything(restored.client);
    expect(await replayErasures(ctx, restored.map, { dryRun: true })).toMatchObject({
      found: 2,
      left: ["3"],
      failures: [],
    });
    expect(await everything(restored.client)).toEqual(before);
    expect(await replayErasures(ctx, restored.map)).toMatchObject({ found: 2, left: ["3"], failures: [] });
    const after = await everything(restored.client);
    expect(after).toEqual([
      "public.firms 2|Lasting Ltd|~",
      "public.jobs 3|2|~|lasting",
      "public.jobs 4|2|5|lasting",
      "public.notes 2|3|lasting",
      "public.notes 4|5|lasting",
      "public.users 3|lou-lasting@x.example|~|false|2020-01-01 00:00:00+00|~",
      "public.users 5|lasting@x.example|2|true|2020-01-01 00:00:00+00|~",
    ]);
    expect(await replayErasures(ctx, restored.map)).toMatchObject({ found: 0, left: [], failures: [] });
    expect(await everything(restored.client)).toEqual(after);
  });

  it("H1: goes on where it died between the two", async () => {
    const restored = await closedAndRestored();
    onFaultPoint((name) => {
      if (name === "replay.left") throw new Error("died");
    });
    expect((await replayErasures(ctx, restored.map)).failures).toHaveLength(1);
    onFaultPoint();
    expect(await users(restored)).toEqual(["1 in 1", "2 in 1", "3 in null", "5 in 2"]);
    expect(await replayErasures(ctx, restored.map)).toMatchObject({ found: 1, left: [], failures: [] });
    expect(await users(restored)).toEqual(["3 in null", "5 in 2"]);
  });

  it.each([
    ["the column has to name one", "alter table public.users alter firm set not null"],
    [
      "what public.notes has would follow",
      `alter table public.users add unique (id, firm);
       alter table public.notes add firm int, add foreign key (writer, firm) references public.users (id, firm) on update cascade`,
    ],
    [
      "a trigger or a rule of the platform keeps them in it",
      `create function public.stay() returns trigger language plpgsql as $$ begin new.firm := coalesce(new.firm, old.firm); return new; end $$;
       create trigger stay before update on public.users for each row execute function public.stay()`,
    ],
    ["(23514)", "alter table public.users add constraint employed check (firm is not null)"],
  ])("is left alone while the platform cannot let go of who had left (%s)", async (why, rule) => {
    const restored = await closedAndRestored();
    await restored.client.query(rule);
    const { failures } = await replayErasures(ctx, restored.map);
    expect(failures).toEqual([expect.stringContaining(why)]);
    expect(failures[0]).toMatch(/public\.users, column firm\), then run this again: 3$/);
    expect(await users(restored)).toEqual(["1 in 1", "2 in 1", "3 in 1", "5 in 2"]);
    // Staff see to it: they are where they had gone to.
    await restored.client.query("update public.users set firm = 2 where id = 3");
    expect(await replayErasures(ctx, restored.map)).toMatchObject({ found: 1, left: [], failures: [] });
    expect(await users(restored)).toEqual(["3 in 2", "5 in 2"]);
  });

  it("a value that the map says is none is one", async () => {
    const restored = await closedAndRestored();
    await restored.client.query("alter table public.users drop constraint users_firm_fkey, alter firm set not null");
    const collections = (one: Collection) =>
      one.name === "users" ? { ...one, fields: one.fields.map((each) => ({ ...each, none: ["-1"] })) } : one;
    const systems = restored.map.systems.map((system) => ({
      ...system,
      collections: system.collections.map(collections),
    }));
    expect(await replayErasures(ctx, { systems })).toMatchObject({ found: 2, left: ["3"], failures: [] });
    expect(await users(restored)).toEqual(["3 in -1", "5 in 2"]);
  });

  it("an account that began since, under the id of somebody who was in it, is somebody else's", async () => {
    const restored = await closedAndRestored({ since: "came" });
    const later = Temporal.Now.instant().add({ hours: 1 }).toString();
    await restored.client.query("update public.users set came = $1 where id = 4", [later]);
    expect(await replayErasures(ctx, restored.map)).toMatchObject({ found: 1, left: ["3"], failures: [] });
    expect(await users(restored)).toEqual(["3 in null", "4 in 2", "5 in 2"]);
  });

  it("by a line of an earlier edition, ends for whoever the backup has in it", async () => {
    const restored = await closedAndRestored({ isOlder: true });
    expect(await replayErasures(ctx, restored.map)).toMatchObject({ found: 1, left: [], failures: [] });
    expect(await users(restored)).toEqual(["4 in 2", "5 in 2"]);
  });

  it("S32: whoever was in it is forgotten again where the trust center was restored, and who had left is not", async () => {
    const restored = await closedAndRestored();
    await database.sql`update people set platform_user_id = null`;
    const [two, three, four] = [
      await makePerson({ platformUserId: "2", platformCompanyId: "1" }),
      await makePerson({ platformUserId: "3", platformCompanyId: "1" }),
      await makePerson({ platformUserId: "4", platformCompanyId: "2" }),
    ];
    await database.sql`update people set created_at = '2020-01-01' where platform_user_id is not null`;
    await forgetErasures(database.sql);
    expect(await replayErasures(ctx, restored.map)).toMatchObject({ unknown: 1, forgotten: 2, failures: [] });
    const rows =
      await database.sql`select id from people where id = any(${[two, three, four]}) and erased_at is not null`;
    expect(new Set(rows.map((row) => row.id))).toEqual(new Set([two, four]));
  });

  const attempts = { scope: "company" as const, system: "theirs", person: "1", company: "1", marks: ["Zebra Ltd"] };
  /** Two attempts at one closing, of which the first changed nothing; user 3 left in between. */
  async function twice(between = () => {}): Promise<Opened> {
    const live = await open({ schema, map: map() });
    const line = { ...attempts, reference: newReference(), identities: new Map() };
    await suppress(ctx, { ...line, members: ["1", "2", "3"] });
    between();
    await suppress(ctx, { ...line, members: ["1", "2"] });
    return live;
  }

  it("S32: whoever left after an attempt that changed nothing is not forgotten again", async () => {
    const live = await twice();
    await database.sql`update people set platform_user_id = null`;
    const three = await makePerson({ platformUserId: "3", platformCompanyId: "2" });
    await database.sql`update people set created_at = '2020-01-01' where platform_user_id is not null`;
    await forgetErasures(database.sql);
    await live.client.query("update public.users set firm = 2 where id = 3");
    expect(await replayErasures(ctx, live.map)).toMatchObject({ forgotten: 0, came: [], failures: [] });
    expect(await database.sql`select 1 from people where id = ${three} and erased_at is null`).toHaveLength(1);
    expect(await users(live)).toEqual(["3 in 2", "4 in 2", "5 in 2"]);
  });

  it("S32: the newest line of a case counts, whichever master key it is of", async () => {
    const before = process.env.MASTER_KEYS ?? "";
    try {
      const live = await twice(() => {
        process.env.MASTER_KEYS = `${before},2:${Buffer.alloc(32, 9).toString("base64")}`;
        resetEnv();
      });
      expect(await replayErasures(ctx, live.map)).toMatchObject({ left: ["3"], failures: [] });
      expect(await users(live)).toEqual(["3 in null", "4 in 2", "5 in 2"]);
    } finally {
      process.env.MASTER_KEYS = before;
      resetEnv();
    }
  });

  it("is left alone while a legal hold keeps the account of who had left as it is", async () => {
    const restored = await closedAndRestored();
    const [one, two] = [await makeStaff("officer"), await makeStaff("officer")];
    await database.sql`
      insert into legal_holds (id, scope, platform_user_id, ground, requested_by, requested_at, set_at, set_by, note)
      values (gen_random_uuid(), 'person', '3', 'legal-claim', ${one.staffId}, now(), now(), ${two.staffId}, '\\x00')`;
    expect((await replayErasures(ctx, restored.map)).failures).toEqual([
      expect.stringContaining("a legal hold keeps them"),
    ]);
    expect(await users(restored)).toEqual(["1 in 1", "2 in 1", "3 in 1", "5 in 2"]);
    await database.sql`truncate legal_holds`;
  });
});
