import { expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject } from "./erase-subject";

// Links to numbers and letters of which there are few: another one may be somebody's.

const open = strangerPerTest();
const key: [string, { pk: true }] = ["integer", { pk: true }];
const subject = { platformUserId: "1", platformCompanyId: null };
const keep = { retention: "work-orders", erasure: { action: "keep", ground: "Tax law", until: "work-orders" } };
const person = { collection: "people", id: "id", email: "mail", closed: "closed" };
const people = (type: string) =>
  collection(
    "people",
    {},
    {
      ...{ id: key, no: type, closed: "timestamptz" },
      mail: ["text", { identity: "email", follow: true }],
    },
  );
const peopleSql = (type: string, numbers: string) =>
  `create table people (id int primary key, no ${type} not null, mail text, closed timestamptz);
   insert into people select at, no, at || '@x.example', '2026-01-01' from ${numbers} with ordinality x(no, at);`;
const everyNumber = peopleSql("smallint", "generate_series(1, 32767)");
const everyDigit = peopleSql(
  "char",
  "unnest(array['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', 'a', 'b', 'c', 'd', 'e', 'f'])",
);

it("a required link becomes a number that is nobody's, in rows of others and in rows that stay emptied or kept", async () => {
  const { map, client } = await open({
    schema: `${everyNumber} create table pairs (id int primary key, a smallint not null, b smallint not null);
      insert into pairs values (1, 1, 2), (2, 2, 1), (3, 1, 1);
      create table bills (id int primary key, person int references people, no smallint not null); insert into bills values (1, 1, 1);
      create table notes (id int primary key, person int not null references people, no smallint not null); insert into notes values (1, 1, 1);
      create table likes (note int not null references notes, person int); insert into likes values (1, 2);`,
    map: mapOf({ person }, [
      people("smallint"),
      collection(
        "pairs",
        {},
        {
          id: key,
          a: ["smallint", { refs: [from("people.no")] }],
          b: ["smallint", { refs: [from("people.no")] }],
        },
      ),
      collection("bills", keep, {
        id: key,
        person: ["integer", { refs: [from("people.id")] }],
        no: ["smallint", { refs: [from("people.no", { role: "mentions" })], erasure: "token" }],
      }),
      collection(
        "notes",
        {},
        {
          id: key,
          person: ["integer", { refs: [from("people.id")] }],
          no: ["smallint", { refs: [from("people.no", { role: "mentions" })] }],
        },
      ),
      collection(
        "likes",
        {},
        {
          note: ["integer", { refs: [from("notes.id", { role: "mentions" })] }],
          person: ["integer", { refs: [from("people.id")] }],
        },
      ),
    ]),
  });
  expect(await checked(map)).toEqual([]);
  await eraseSubject({ map, subject, scope: "person" });
  const { rows } = await client.query(
    `select 'pair' as what, p.id from public.pairs j join public.people p on p.no in (j.a, j.b)
     union all select 'bill', p.id from public.bills b join public.people p using (no) union all select 'note', p.id from public.notes n join public.people p using (no)`,
  );
  expect(rows).toEqual([
    { what: "pair", id: 2 },
    { what: "pair", id: 2 },
  ]);
  const left = await client.query(
    "select (select count(*) from public.bills) + (select count(*) from public.notes) as n",
  );
  expect(left.rows).toEqual([{ n: "2" }]);
});

const letters = (erasure?: unknown) =>
  mapOf({ person }, [
    people("char"),
    collection(
      "pairs",
      {},
      {
        id: key,
        a: ["char", { refs: [from("people.no")], ...(erasure ? { erasure } : {}) }],
        b: ["char", { refs: [from("people.no")] }],
      },
    ),
  ]);
const lettersSql = `${everyDigit} create table pairs (id int primary key, a char not null, b char not null); insert into pairs values (1, '1', '2');`;

it("a required link of which every other value is somebody's ends the erasure, and the sentence says what to write", async () => {
  const { map, client } = await open({ schema: lettersSql, map: letters() });
  await expect(eraseSubject({ map, subject, scope: "person" })).rejects.toThrow(
    /pairs\.a: every other value that was tried is somebody's in people\.no.*`erasure: \{ fixed: \.\.\. \}`/,
  );
  expect((await client.query("select a, b from public.pairs")).rows).toEqual([{ a: "1", b: "2" }]);
});

it("what the map fixes for such a link stands", async () => {
  const { map, client } = await open({ schema: lettersSql, map: letters({ fixed: "-" }) });
  await eraseSubject({ map, subject, scope: "person" });
  expect((await client.query("select a, b from public.pairs")).rows).toEqual([{ a: "-", b: "2" }]);
});
