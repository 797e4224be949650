import { expect, it } from "vitest";
import { collection, from, mapOf, to } from "@/test/strangers/shape";
import { checked, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { draftMap } from "../data-map/draft";
import { homeSystem } from "../data-map/load";
import { parseMap } from "../data-map/parse";
import { eraseSubject } from "./erase-subject";
import { leavesOf, nextRange } from "./leaves";
import { erasableProblems } from "./read-erasable";
import { stoppedBy } from "./stopped-by";

// Heirs, indexes that carry more than their keys, links of several columns, statistics of yesterday.

const open = strangerPerTest();

const person = { collection: "people", id: "id", email: "mail", closed: "closed" };
const people = collection(
  "people",
  {},
  { id: ["integer", { pk: true }], mail: ["text", { identity: "email", follow: true }], closed: "timestamptz" },
);
const table = (key = "primary key (id)") =>
  `create table people (id int not null, mail text, closed timestamptz, ${key}); insert into people values (1, 'zebra@x.example'), (2, 'lasting@x.example');`;

const trial = (schema: string, map: string): Promise<Opened> => open({ schema, map });
const erase = ({ map }: Opened) =>
  eraseSubject({ map, subject: { platformUserId: "1", platformCompanyId: null }, scope: "person" });

it("a row of an heir that is a collection of its own keeps nothing by the rule of the table above", async () => {
  const fields = {
    id: ["integer", { pk: true }],
    person: ["integer", { refs: [from("people.id")] }],
    words: "text",
  } satisfies Parameters<typeof collection>[2];
  const kept = { action: "keep", ground: "A law", until: "account" };
  const system = await trial(
    `${table()} create table docs (id int primary key, person int not null, words text);
     create table notes (id int primary key, person int not null, words text, doc int references docs);
     create table pins () inherits (notes); alter table pins add primary key (id);
     insert into docs values (1, 1, 'zebra pinned'), (2, 1, 'zebra noted'), (3, 2, 'lasting');
     insert into notes values (1, 2, 'lasting', 2); insert into pins values (2, 1, 'zebra', 1), (3, 2, 'lasting', 3)`,
    mapOf({ person }, [
      people,
      collection("docs", {}, fields),
      collection("notes", { only: true, erasure: kept }, { ...fields, doc: ["integer", { erasure: "keep" }] }),
      collection("pins", {}, { ...fields, doc: "integer" }),
    ]),
  );
  expect(await checked(system.map)).toEqual([]);
  await erase(system);
  expect(await everything(system.client)).toEqual([
    "public.docs 2|1|~",
    "public.docs 3|2|lasting",
    "public.notes 1|2|lasting|2",
    expect.stringMatching(/^public.people 1\|~\|20/),
    "public.people 2|lasting@x.example|~",
    "public.pins 3|2|lasting|3",
  ]);
});

it("a table above that holds nothing of anybody's own says so of its own rows: what its heirs hold keeps nothing in its stead", async () => {
  const above = (only: boolean) =>
    mapOf({ person }, [
      people,
      collection("docs", {}, { id: ["integer", { pk: true }], person: ["integer", { refs: [from("people.id")] }] }),
      collection(
        "papers",
        { scope: "none", ground: "Empty", ...(only ? { only } : {}) },
        { id: "integer", doc: "integer" },
      ),
      collection(
        "pins",
        {},
        {
          ...{ id: ["integer", { pk: true }], doc: ["integer", { refs: [from("docs.id")] }], words: "text" },
        },
      ),
    ]);
  const system = await trial(
    `${table()} create table docs (id int primary key, person int not null);
     create table papers (id int, doc int references docs); create table pins (words text) inherits (papers); alter table pins add primary key (id);
     insert into docs values (1, 1), (2, 2); insert into pins values (1, 1, 'zebra'), (2, 2, 'lasting')`,
    above(true),
  );
  expect(await checked(system.map)).toEqual([]);
  expect(await checked({ systems: parseMap("theirs.yml", above(false)) })).toEqual([
    "other heirs theirs: public.papers: has heirs that are collections of their own (pins); say `only: true`",
  ]);
  await erase(system);
  expect(await everything(system.client)).toEqual([
    "public.docs 2|2",
    "public.people 2|lasting@x.example|~",
    "public.pins 2|2|lasting",
  ]);
});

it("a trigger of an heir's own is seen: what it keeps back is found, and nothing was changed", async () => {
  const system = await trial(
    `${table()} create table logs (id int primary key, person int not null); create table logs_old () inherits (logs); create table logs_oldest () inherits (logs_old);
     insert into logs values (1, 1), (2, 2); insert into logs_oldest values (3, 1);
     create function stay() returns trigger language plpgsql as 'begin return null; end';
     create trigger stay before delete on logs_oldest for each row execute function stay()`,
    mapOf({ person }, [
      people,
      collection("logs", {}, { id: ["integer", { pk: true }], person: ["integer", { refs: [from("people.id")] }] }),
    ]),
  );
  const before = await everything(system.client);
  await expect(erase(system)).rejects.toThrow(
    /logs: 1 rows were still found\n.*trigger that returns null.*`written_by_triggers: true`/,
  );
  expect(await everything(system.client)).toEqual(before);
});

it("a trigger that marks rows as deleted instead, to which a foreign key leads, is told of, and nothing was changed", async () => {
  const system = await trial(
    `${table()} create table posts (id int primary key, person int references people, gone timestamptz); insert into posts values (1, 1), (2, 2);
     create function mark() returns trigger language plpgsql as 'begin update public.posts set gone = now() where id = old.id; return null; end';
     create trigger mark before delete on posts for each row execute function mark()`,
    mapOf({ person }, [
      people,
      collection(
        "posts",
        {},
        { id: ["integer", { pk: true }], person: ["integer", { refs: [from("people.id")] }], gone: "timestamptz" },
      ),
    ]),
  );
  const before = await everything(system.client);
  const said = await erase(system).then(
    () => "nothing",
    (error) => stoppedBy(error, "theirs"),
  );
  expect(said).toMatch(
    /^theirs: the database refused \(23503\) at public\.posts.*keeps rows back.*leave out the login/,
  );
  expect(await everything(system.client)).toEqual(before);
});

it("a link of all or none of its columns never takes the company out of a row: what it leads to stays, emptied", async () => {
  const company = { collection: "firms", id: "id", name: "name", closed: "closed" };
  const system = await trial(
    `create table firms (id int primary key, name text, closed timestamptz); insert into firms values (7, 'lasting firm');
     create table people (id int primary key, firm int not null, mail text, closed timestamptz, owner boolean not null default false, unique (firm, id));
     insert into people values (1, 7, 'zebra@x.example'), (2, 7, 'lasting@x.example');
     create table orders (id int primary key, company_id int, assignee_id int, foreign key (company_id, assignee_id) references people (firm, id) match full);
     insert into orders values (1, 7, 1), (2, 7, 2)`,
    mapOf({ person: { ...person, company: "firm", owner: { field: "owner", is: ["true"] } }, company }, [
      collection(
        "firms",
        { role: "shared", scope: "company" },
        { id: ["integer", { pk: true }], name: "text", closed: "timestamptz" },
      ),
      collection(
        "people",
        { scope: "both", company: "firm" },
        {
          id: ["integer", { pk: true }],
          firm: "integer",
          mail: ["text", { identity: "email", follow: true }],
          closed: "timestamptz",
          owner: "boolean",
        },
      ),
      collection(
        "orders",
        { scope: "both", company: "company_id", role: "mentions" },
        {
          id: ["integer", { pk: true }],
          company_id: ["integer", { refs: [from("people.firm", { key: "k" })] }],
          assignee_id: ["integer", { refs: [from("people.id", { key: "k" })] }],
        },
      ),
    ]),
  );
  await erase(system);
  expect((await everything(system.client)).filter((row) => /orders|people/.test(row))).toEqual([
    "public.orders 1|7|1",
    "public.orders 2|7|2",
    expect.stringMatching(/^public.people 1\|7\|~\|20.*\|false$/),
    "public.people 2|7|lasting@x.example|~|false",
  ]);
});

it("a column that an index only carries is no key: its rule is done, and the key alone is what others point at", async () => {
  const system = await trial(
    `${table("primary key (id) include (mail)")} create table docs (id int primary key, person int, no int not null, words text); create unique index on docs (no) include (words);
     create table stamps (id int primary key, doc int not null, person int);
     insert into docs values (1, 1, 5, 'zebra'), (2, 1, 6, 'zebra'); insert into stamps values (1, 5, 2)`,
    mapOf({ person }, [
      collection(
        "people",
        { erasure: "anonymise" },
        {
          id: ["integer", { pk: true }],
          mail: ["text", { identity: "email", follow: true, erasure: "clear" }],
          closed: "timestamptz",
        },
      ),
      collection(
        "docs",
        {},
        {
          id: ["integer", { pk: true }],
          person: ["integer", { refs: [from("people.id")] }],
          no: "integer",
          words: "text",
        },
      ),
      collection(
        "stamps",
        {},
        {
          id: ["integer", { pk: true }],
          doc: ["integer", { refs: [to("docs.no", { role: "mentions" })] }],
          person: ["integer", { refs: [from("people.id")] }],
        },
      ),
    ]),
  );
  expect(await checked(system.map)).toEqual([]);
  const draft = await draftMap({ name: "theirs", url: () => system.url }, ["public"]);
  expect(draft.match(/primary_key: true/g)).toHaveLength(3);
  await erase(system);
  expect(await everything(system.client)).toEqual([
    "public.docs 1|~|5|~",
    expect.stringMatching(/^public.people 1\|~\|20/),
    "public.people 2|lasting@x.example|~",
    "public.stamps 1|5|2",
  ]);
});

it("a column that was dropped once is none that a check could be about", async () => {
  const system = await trial(
    `${table("age int check (age > 0), fax text")} alter table people drop column fax; update people set age = 40`,
    mapOf({ person }, [{ ...people, fields: [...people.fields, { name: "age", trust: { type: "integer" } }] }]),
  );
  await erase(system);
  expect(await everything(system.client)).toEqual(["public.people 2|lasting@x.example|~|40"]);
});

it("a range of a table that grew since its statistics were made holds about as many rows as were asked for", async () => {
  const logs = collection("logs", {}, { id: "integer", person: ["integer", { refs: [from("people.id")] }] });
  const { map, client } = await trial(
    `${table()} create table logs (id int, person int) with (autovacuum_enabled = false);
     insert into logs select n, 2 from generate_series(1, 1000) n; analyze logs;
     insert into logs select n, 1 from generate_series(1, 100000) n`,
    mapOf({ person }, [people, logs]),
  );
  const found = map.systems[0]?.collections.find((one) => one.name === "logs");
  const [leaf] = found ? await leavesOf(client, found) : [];
  const range = leaf && nextRange(leaf, 0, 2000);
  expect(leaf?.blocks).toBeGreaterThan(100);
  expect(range?.end).toBeLessThan(20);
});

it("the check asks for `only` however far down an heir of its own lies, and names each heir between that nobody mapped", async () => {
  const system = (only: boolean) =>
    mapOf({ person }, [
      people,
      collection("notes", only ? { only } : {}, {
        id: ["integer", { pk: true }],
        person: ["integer", { refs: [from("people.id")] }],
      }),
      collection(
        "pins",
        {},
        {
          id: "integer",
          person: ["integer", { refs: [from("people.id")] }],
        },
      ),
    ]);
  const schema = `${table()} create table notes (id int primary key, person int); create table old_notes () inherits (notes); create table older_notes () inherits (old_notes);
    create table pins () inherits (old_notes); create table old_pins () inherits (pins)`;
  const { map } = await trial(schema, system(false));
  expect(await checked(map)).toEqual([
    "other heirs theirs: public.notes: has heirs that are collections of their own (pins); say `only: true`",
  ]);
  expect(await checked({ systems: parseMap("theirs.yml", system(true)) })).toEqual([
    "unclassified table theirs: public.old_notes: inherits from notes, whose heirs are collections of their own",
    "unclassified table theirs: public.older_notes: inherits from notes, whose heirs are collections of their own",
  ]);
});

it("what a database sets for its sessions, to change nothing and to quote all names, does not count for ours", async () => {
  const system = await trial(
    `${table()} create table bills (id int primary key, person int, day date, no smallint not null); insert into bills values (1, 1, '2024-05-17', 7)`,
    mapOf({ person }, [
      people,
      collection(
        "bills",
        { erasure: "anonymise" },
        {
          ...{ id: ["integer", { pk: true }], person: ["integer", { refs: [from("people.id")] }] },
          ...{ day: ["date", { erasure: "month" }], no: ["smallint", { erasure: { round: 0 } }] },
        },
      ),
    ]),
  );
  for (const setting of ["default_transaction_read_only", "quote_all_identifiers"])
    await system.client.query(`alter database "${system.name}" set ${setting} = on`);
  expect(await checked(system.map)).toEqual([]);
  expect(await erasableProblems(system.url, homeSystem(system.map))).toEqual([]);
  await erase(system);
  expect((await everything(system.client)).filter((row) => row.includes("bills"))).toEqual([
    "public.bills 1|~|2024-05-01|7",
  ]);
});

it("an id that is no number is said to be none of the platform's", async () => {
  const system = await trial(table(), mapOf({ person }, [people]));
  const subject = { platformUserId: "one", platformCompanyId: null };
  await expect(eraseSubject({ map: system.map, subject, scope: "person" })).rejects.toThrow(
    "No id of this form exists in theirs.",
  );
});

it("a table that is published without a replica identity is named by the check, and by what refuses", async () => {
  const publish = (what: string) =>
    `create table heirs () inherits (people); alter table heirs add primary key (id); create publication all_of_it for table people, heirs${what}`;
  const sound = await trial(`${table()} ${publish(" with (publish = 'insert')")}`, mapOf({ person }, [people]));
  await sound.client.query("alter table public.people replica identity nothing");
  expect(await erasableProblems(sound.url, homeSystem(sound.map))).toEqual([]);
  const system = await trial(`${table()} ${publish("")}`, mapOf({ person }, [people]));
  expect(await erasableProblems(system.url, homeSystem(system.map))).toEqual([]);
  await system.client.query("alter table public.people replica identity nothing");
  expect(await erasableProblems(system.url, homeSystem(system.map))).toEqual([
    expect.stringMatching(/people: is published for logical replication without a replica identity/),
  ]);
  const refused = await erase(system).catch((error) => stoppedBy(error));
  expect(refused).toMatch(/55000.*at people: .*replica identity/);
});
