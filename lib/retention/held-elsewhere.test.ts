import { afterEach, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { makeStaff } from "@/test/people";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { sealWords } from "../holds/sealed-words";
import { newId } from "../ids";
import { runSweep } from "./run-sweep";

// What another system holds of an account that ends is found there by what the home system tells alone.

const database = testDatabase();
const open = strangerPerTest();
afterEach(async () => {
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries, legal_holds`;
});

const id: [string, { pk: true }] = ["integer", { pk: true }];
const home = mapOf(
  {
    person: {
      ...{ collection: "members", id: "id", email: "mail", closed: "closed", company: "club" },
      owner: { field: "boss", is: ["true"] },
    },
    company: { collection: "clubs", id: "id", closed: "closed" },
  },
  [
    collection("clubs", { scope: "company", company: "id" }, { id, closed: "timestamptz", name: "text" }),
    collection(
      "members",
      { scope: "both", company: "club" },
      {
        ...{ id, closed: "timestamptz", boss: "boolean" },
        mail: ["text", { identity: "email", follow: true }],
        club: ["integer", { refs: [from("clubs.id", { scope: "company" })] }],
      },
    ),
  ],
);
const doors = mapOf({}, [collection("badges", {}, { id, mail: ["text", { identity: "email" }] })], "doors").replace(
  '"fides_key":"theirs"',
  '"fides_key":"doors"',
);
const map = JSON.stringify({ dataset: [home, doors].flatMap((one) => JSON.parse(one).dataset) });
const schema = `create schema doors; create table doors.badges (id int primary key, mail text);
  create table clubs (id int primary key, closed timestamptz, name text);
  create table members (id int primary key, mail text, closed timestamptz, club int, boss boolean);
  insert into clubs values (1, null, 'One'), (2, '2026-01-01', 'Two');
  insert into members values (1, 'ann@x.example', '2026-01-01', 1, false), (2, 'bob@x.example', null, 1, true),
    (3, 'cid@x.example', null, 2, true), (4, 'dee@x.example', null, 2, false);
  insert into doors.badges values (1, 'Ann@X.example'), (2, 'bob@x.example'), (3, 'cid@x.example'), (4, 'dee@x.example')`;

it.each([
  ["a hold on what is there", null, [1, 2, 3, 4], [1, 2, 3, 4]],
  ["a hold on what is there of one person", 3, [2, 3], [2, 3]],
] as const)("%s keeps who it is known by, and lets all of it go once it ends", async (_, of, badges, members) => {
  const { map: parsed, client } = await open({ schema, map });
  const [one, two] = [(await makeStaff("officer")).staffId, (await makeStaff("officer")).staffId];
  const holdId = newId();
  const knownBy = of && JSON.stringify({ address: "cid@x.example", identities: [["email", ["cid@x.example"]]] });
  const hold = {
    ...{
      id: holdId,
      identities: knownBy && sealWords(holdId, "identities", knownBy),
      scope: of ? "person" : "collection",
      platform_user_id: of && String(of),
      system: "doors",
    },
    ...{ collection: of ? null : "badges", ground: "legal-claim", note: Buffer.from([0]) },
    ...{ requested_by: one, requested_at: "2026-01-01", set_by: two, set_at: "2026-01-01" },
  };
  await database.sql`insert into legal_holds ${database.sql(hold)}`;
  const left = async (table: string) =>
    (await client.query<{ id: number }>(`select id from ${table} order by id`)).rows.map((row) => row.id);
  const sweep = (at: string) =>
    runSweep(
      systemCtx("test", () => Temporal.Instant.from(at)),
      { map: parsed, watch: false },
    );
  for (const at of ["2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z"]) {
    await sweep(at);
    expect(await left("doors.badges")).toEqual(badges);
    expect(await left("public.members")).toEqual(members);
  }
  await database.sql`
    update legal_holds set release_requested_by = ${one}, release_requested_at = now(), release_reason = '\\x00' where id = ${hold.id}`;
  await database.sql`update legal_holds set released_by = ${two}, released_at = now() where id = ${hold.id}`;
  await sweep("2026-06-03T00:00:00Z");
  expect(await left("doors.badges")).toEqual([2]);
  expect(await left("public.members")).toEqual([2]);
  expect(await left("public.clubs")).toEqual([1]);
});

it("of a large company just whoever has something held there stays known", async () => {
  const { map: parsed, client } = await open({ schema, map });
  await client.query(`insert into public.members select n, 'm' || n || '@x.example', null, 2, false from generate_series(100, 499) n;
    insert into doors.badges select n, 'm' || n || '@x.example' from generate_series(100, 499) n`);
  const [one, two] = [(await makeStaff("officer")).staffId, (await makeStaff("officer")).staffId];
  const holdId = newId();
  const knownBy = JSON.stringify({ address: "m321@x.example", identities: [["email", ["m321@x.example"]]] });
  await database.sql`insert into legal_holds ${database.sql({
    ...{ id: holdId, identities: sealWords(holdId, "identities", knownBy), scope: "person", platform_user_id: "321" },
    ...{ system: "doors", ground: "legal-claim", note: Buffer.from([0]) },
    ...{ requested_by: one, requested_at: "2026-01-01", set_by: two, set_at: "2026-01-01" },
  })}`;
  await runSweep(
    systemCtx("test", () => Temporal.Instant.from("2026-06-01T00:00:00Z")),
    { map: parsed, watch: false },
  );
  const left = async (table: string) =>
    (await client.query<{ id: number }>(`select id from ${table} order by id`)).rows.map((row) => row.id);
  expect(await left("doors.badges")).toEqual([2, 321]);
  expect(await left("public.members")).toEqual([2, 321]);
});
