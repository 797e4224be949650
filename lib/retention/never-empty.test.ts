import pg from "pg";
import { describe, expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { readCatalog } from "../erasure/catalog";
import { eraseSubject } from "../erasure/erase-subject";
import { referencesOf } from "../erasure/references";
import { neverEmpty } from "./never-empty";

const open = strangerPerTest();

async function waitsIn({ map, url }: Opened): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const [system] = map.systems;
  const catalog = system && (await readCatalog(client, system));
  await client.end();
  return system && catalog ? neverEmpty({ system, catalog, references: referencesOf(system, catalog) }) : [];
}

it("names what waits for rows that are kept for longer and cannot be without it", async () => {
  const id = ["integer", { pk: true }] satisfies Parameters<typeof collection>[2][string];
  const rest = { person: ["integer", { refs: [from("people.id")] }], made: "timestamptz" } satisfies Parameters<
    typeof collection
  >[2];
  const link = ["integer", { refs: [from("posts.id", { role: "mentions" })] }] satisfies typeof id | [string, object];
  const columns = "id int primary key, person int, made timestamptz";
  const schema = `create table people (id int primary key, mail text, closed timestamptz);
    create table posts (${columns}); create table likes (${columns}, post int not null references posts, first int not null references posts);
    create table pins (${columns}, post int references posts); create table views (${columns}, post int not null);
    create table answers (${columns}, post int not null references posts); create table prizes (id int primary key, post int);
    create table marks (id int primary key, type text, of int)`;
  const mark = (type: string, field: string) => from(field, { if: { field: "type", is: [type] } });
  const usage = { retention: "usage", since: "made" };
  const map = mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
    collection("people", {}, { id, mail: "text", closed: "timestamptz" }),
    collection("posts", usage, { id, ...rest }),
    collection("likes", {}, { id, ...rest, post: link, first: link }),
    collection("pins", {}, { id, ...rest, post: link }),
    collection("views", usage, { id, ...rest, post: link }),
    collection("prizes", {}, { id, post: ["integer", { refs: [from("posts.id")] }] }),
    collection(
      "marks",
      {},
      { id, type: "text", of: ["integer", { refs: [mark("post", "posts.id"), mark("person", "people.id")] }] },
    ),
    collection("answers", { retention: "communication", since: "made" }, { id, ...rest, post: link }),
  ]);
  const opened = await open({ schema, map });
  const found = await waitsIn(opened);
  expect(found).toEqual([
    "theirs.posts: rows of usage wait for those of answers (communication), which are kept for longer and point at them by post, which cannot be empty",
    "theirs.posts: rows of usage wait for those of likes (account), which are kept for longer and point at them by first and post, which cannot be empty",
    "theirs.posts: rows of usage wait for those of prizes (account), which are kept for longer and point at them by post, by which alone they are found when their account ends; give them another reference",
    "theirs.posts: rows of usage wait for those of marks (account), which are kept for longer and point at them by of, by which alone they are found when their account ends; give them another reference",
  ]);
});

it("names what waits for rows without personal data, which never go, whatever their foreign keys do", async () => {
  const id = ["integer", { pk: true }] satisfies Parameters<typeof collection>[2][string];
  const none = { scope: "none", ground: "Figures" };
  const schema = `create schema stats; create table people (id int primary key, mail text, joined timestamptz);
    create table visits (id int primary key, person int references people, made timestamptz);
    create table measures (id int primary key, visit int references visits on delete set null);
    create table stats.samples (id int primary key, visit int not null references visits on delete cascade);
    create table hints (id int primary key, person int references people)`;
  const rest = { ignore_schemas: [{ name: "stats", reason: "Figures" }] };
  const map = mapOf({ person: { collection: "people", id: "id", email: "mail" }, ...rest }, [
    collection("people", {}, { id, mail: "text", joined: "timestamptz" }),
    collection(
      "visits",
      { retention: "usage", since: "made" },
      { id, person: ["integer", { refs: [from("people.id")] }], made: "timestamptz" },
    ),
    collection("measures", none, { id, visit: "integer" }),
    collection("hints", none, { id, person: "integer" }),
  ]);
  expect(await waitsIn(await open({ schema, map }))).toEqual([
    "theirs.visits: rows of usage wait for those of public.measures, which point at them by visit and never go, since it is no collection with a class",
    "theirs.visits: rows of usage wait for those of stats.samples, which point at them by visit and never go, since it is no collection with a class",
  ]);
});

it("names what ends with accounts and is shared: it is no account's own", async () => {
  const id = ["integer", { pk: true }] satisfies Parameters<typeof collection>[2][string];
  const ends = (one: string, other: string) =>
    ({
      sender: ["integer", { refs: [from("people.id", { role: one })] }],
      reader: ["integer", { refs: [from("people.id", { role: other })] }],
    }) satisfies Parameters<typeof collection>[2];
  const columns = "id int primary key, sender int, reader int";
  const opened = await open({
    schema: `create table people (id int primary key, mail text, closed timestamptz);
      create table letters (${columns}, made timestamptz); create table calls (${columns}, made timestamptz); create table cards (${columns}); create table walls (${columns})`,
    map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
      collection("people", {}, { id, mail: "text", closed: "timestamptz" }),
      collection("letters", {}, { id, ...ends("shared", "shared"), made: "timestamptz" }),
      collection(
        "calls",
        { retention: "usage", since: "made" },
        { id, ...ends("shared", "shared"), made: "timestamptz" },
      ),
      collection("cards", {}, { id, ...ends("owner", "shared") }),
      collection("walls", {}, { id, ...ends("mentions", "mentions") }),
    ]),
  });
  expect(await waitsIn(opened)).toEqual([
    expect.stringMatching(/^theirs\.letters: rows of account stay when accounts end/),
  ]);
});

describe("what people own who may be in a company", () => {
  const id = ["integer", { pk: true }] satisfies Parameters<typeof collection>[2][string];
  const schema = `create table firms (id int primary key, name text, closed timestamptz); insert into firms values (1, 'One', null), (2, 'Two', null);
    create table people (id int primary key, mail text, owns text, firm int, closed timestamptz);
    insert into people values (1, 'a@x.example', 'yes', 1, null), (2, 'b@x.example', 'no', 2, null), (3, 'c@x.example', 'no', null, null);`;
  const both = { scope: "both", company: "firm" };
  const map = (theirs: unknown[]) =>
    mapOf(
      {
        person: {
          ...{ collection: "people", id: "id", email: "mail", company: "firm", closed: "closed" },
          owner: { field: "owns", is: ["yes"] },
        },
        company: { collection: "firms", id: "id", name: "name", closed: "closed" },
      },
      [
        collection("firms", { scope: "company", role: "shared" }, { id, name: "text", closed: "timestamptz" }),
        collection("people", both, { id, mail: "text", owns: "text", firm: "integer", closed: "timestamptz" }),
        ...theirs,
      ],
    );

  it("is named where their own column may name none: no company's end takes it", async () => {
    const fields = (role: string) =>
      ({
        id,
        member: ["integer", { refs: [from("people.id", { role, scope: "person" })] }],
        firm: "integer",
        made: "timestamptz",
      }) satisfies Parameters<typeof collection>[2];
    const columns = "id int primary key, member int, made timestamptz, firm int";
    const opened = await open({
      schema: `${schema} create table files (${columns}); create table jobs (${columns} not null); create table visits (${columns}); create table hints (${columns})`,
      map: map([
        collection("files", both, fields("owner")),
        collection("jobs", both, fields("owner")),
        collection("visits", { ...both, retention: "usage", since: "made" }, fields("owner")),
        collection("hints", both, fields("mentions")),
      ]),
    });
    expect(await waitsIn(opened)).toEqual([
      expect.stringMatching(
        /^theirs\.files: rows of account that name no company \(firm\) stay when that of their owner/,
      ),
    ]);
  });

  it("goes with a company's closing where links say whose rows are, and no column of theirs alone", async () => {
    const opened = await open({
      schema: `${schema} create table files (id int primary key, member int, firm int);
        insert into files values (1, 1, 1), (2, 1, null), (3, 2, 2), (4, 2, null), (5, 3, null), (6, null, 1), (7, 2, 1)`,
      map: map([
        collection(
          "files",
          { scope: "both" },
          {
            id,
            member: ["integer", { refs: [from("people.id")] }],
            firm: ["integer", { refs: [from("firms.id", { scope: "company" })] }],
          },
        ),
      ]),
    });
    expect(await waitsIn(opened)).toEqual([]);
    await eraseSubject({
      ...{ map: opened.map, scope: "company", proven: true },
      subject: { platformUserId: "1", platformCompanyId: "1" },
    });
    expect((await everything(opened.client)).filter((row) => row.includes("files"))).toEqual([
      "public.files 3|2|2",
      "public.files 4|2|~",
      "public.files 5|3|~",
      "public.files 7|2|~",
    ]);
  });
});
