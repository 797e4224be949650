import { describe, expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checkedErasing, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject } from "./erase-subject";
import { stoppedBy } from "./stopped-by";

// Rows that have to stay get values of the engine's own: the second person's may not be the first one's again.

const open = strangerPerTest();

const schema = `
  create table people (id int primary key, mail text, code char(6) not null unique, pin smallint not null unique, digest bytea not null unique,
    closed timestamptz, unique nulls not distinct (mail));
  create table shifts (id int primary key, person int not null references people, day date not null, unique (person, day));
  create table remarks (id int primary key, shift int not null references shifts, author int not null references people, words text);
  insert into people select g, 'p' || g || '@x.example', 'AB' || g || 'CD', g, ('d' || g)::bytea from generate_series(1, 6) g;
  insert into shifts values (1, 1, '2026-03-02'), (2, 1, '2026-03-05'), (3, 3, '2026-03-02'), (4, 3, '2026-05-05');
  insert into remarks select g, g, 2, 'w' from generate_series(1, 4) g;`;
const person = { collection: "people", id: "id", email: "mail", closed: "closed" };
type Rule = Record<string, unknown>;
const map = (rules: { mail?: Rule; day?: Rule } = {}) =>
  mapOf({ person }, [
    collection(
      "people",
      {},
      {
        ...{ id: ["integer", { pk: true }], mail: ["text", { ...rules.mail }], code: "char(6)", pin: "smallint" },
        ...{ digest: "bytea", closed: "timestamptz" },
      },
    ),
    collection(
      "shifts",
      {},
      {
        id: ["integer", { pk: true }],
        person: ["integer", { refs: [from("people.id")] }],
        day: ["date", { ...rules.day }],
      },
    ),
    collection(
      "remarks",
      {},
      {
        id: ["integer", { pk: true }],
        shift: ["integer", { refs: [from("shifts.id", { role: "mentions" })] }],
        author: ["integer", { refs: [from("people.id")] }],
        words: "text",
      },
    ),
  ]);
const trial = (rules?: Parameters<typeof map>[0]): Promise<Opened> => open({ schema, map: map(rules) });
const erase = ({ map: all }: Opened, id: string) =>
  eraseSubject({ map: all, subject: { platformUserId: id, platformCompanyId: null }, scope: "person" });
const rowsOf = async ({ client }: Opened, table: string) =>
  (await everything(client)).filter((row) => row.startsWith(`public.${table} `));

describe("values that no two rows may hold", () => {
  it("stay apart in rows that are emptied one after the other; a day that nothing can stand for stays, and the check names it", async () => {
    const system = await trial();
    for (const id of ["1", "3"]) await erase(system, id);
    for (const id of ["1", "3"])
      expect(await rowsOf(system, "people")).toContainEqual(
        expect.stringMatching(
          new RegExp(`^public.people ${id}\\|erased-\\w{24}\\|[0-9a-f]{6}\\|\\d+\\|.+\\|2\\d{3}-.+$`),
        ),
      );
    expect(await rowsOf(system, "shifts")).toEqual([
      "public.shifts 1|1|2026-03-02",
      "public.shifts 2|1|2026-03-05",
      "public.shifts 3|3|2026-03-02",
      "public.shifts 4|3|2026-05-05",
    ]);
    expect(await checkedErasing(system)).toEqual([expect.stringMatching(/^theirs\.shifts\.day: .*`erasure`/)]);
  });

  it("are no more asked about once the map says what becomes of them", async () => {
    expect(await checkedErasing(await trial({ day: { erasure: "keep" } }))).toEqual([]);
  });

  it("and rules that would make rows alike are named by the check; the refusal says what to write", async () => {
    const system = await trial({ mail: { erasure: "clear" }, day: { erasure: "month" } });
    expect(await checkedErasing(system)).toEqual([
      expect.stringMatching(/^theirs\.people\.mail: `erasure: clear` .*token/),
      expect.stringMatching(/^theirs\.shifts\.day: `erasure: month` .*token/),
    ]);
    const said = await erase(system, "1").then(
      () => "done",
      (error) => stoppedBy(error, "theirs"),
    );
    expect(said).toMatch(/23505.*public\.shifts, shifts_person_day_key.*`erasure`/);
  });
});

describe("an expression that no two rows may hold", () => {
  const trial = (index: string) => {
    const id: [string, Rule] = ["integer", { pk: true }];
    const link = (to: string): [string, Rule] => ["integer", { refs: [from(to, { role: "mentions" })] }];
    return open({
      schema: `create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'zebra'), (2, 'lasting'); create table shops (id int primary key); insert into shops values (1);
        create table cards (id int primary key, who int, shop int not null references shops, nick text, gone timestamptz); create unique index on cards ${index};
        create table stars (id int primary key, card int not null, who int); insert into cards values (1, 1, 1, 'zebra'), (2, 1, 1, 'zebra two'), (3, 2, 1, 'lasting'); insert into stars values (1, 1, 2), (2, 2, 2)`,
      map: mapOf({ person }, [
        collection("people", {}, { id, mail: "text", closed: "timestamptz" }),
        collection("shops", { scope: "none", ground: "Shops" }, { id }),
        collection(
          "cards",
          {},
          { id, who: ["integer", { refs: [from("people.id")] }], shop: "integer", nick: "text", gone: "timestamptz" },
        ),
        collection("stars", {}, { id, card: link("cards.id"), who: ["integer", { refs: [from("people.id")] }] }),
      ]),
    });
  };

  it.each([
    ["(lower(coalesce(nick, '')))", "erased-\\w+"],
    ["(shop, coalesce(nick, ''))", "erased-\\w+"],
    ["(lower(nick))", "~"],
    ["(nick, coalesce(gone, 'infinity'))", "~"],
  ])("stays apart in emptied rows: %s", async (index, nick) => {
    const system = await trial(index);
    expect(await checkedErasing(system)).toEqual([]);
    await erase(system, "1");
    expect(await rowsOf(system, "cards")).toEqual([
      ...[1, 2].map((at) => expect.stringMatching(`^public.cards ${at}\\|~\\|1\\|${nick}\\|~$`)),
      "public.cards 3|2|1|lasting|~",
    ]);
  });
});

describe("columns that a unique index only asks for (`where`)", () => {
  const picked = (rules: { mail?: Rule; sso?: Rule; left?: Rule } = {}, rule = {}) => {
    const id: [string, Rule] = ["integer", { pk: true }];
    const link = (to: string): [string, Rule] => ["integer", { refs: [from(to)] }];
    return open({
      schema: `create table people (id int primary key, mail text, sso boolean not null, closed timestamptz);
        create unique index on people (lower(mail)) where sso = false;
        create table rooms (id int primary key); insert into rooms values (1);
        create table places (id int primary key, person int not null references people, room int not null references rooms, left_at date);
        create unique index on places (person, room) where left_at is null;
        create table bills (id int primary key, place int not null references places);
        insert into people values (1, 'a@x.example', true), (2, 'b@x.example', true), (3, 'a@x.example', false);
        insert into places values (1, 1, 1, '2026-01-01'), (2, 1, 1, null), (3, 2, 1, null);
        insert into bills values (1, 1), (2, 2), (3, 3)`,
      map: mapOf({ person }, [
        collection("people", rule, {
          id,
          mail: ["text", { ...rules.mail }],
          sso: ["boolean", { ...rules.sso }],
          closed: "timestamptz",
        }),
        collection("rooms", { scope: "none", ground: "Rooms" }, { id }),
        collection(
          "places",
          {},
          {
            id,
            person: link("people.id"),
            room: ["integer", { erasure: "keep" }],
            left_at: ["date", { ...rules.left }],
          },
        ),
        collection(
          "bills",
          { erasure: { action: "keep", ground: "Tax law", until: "work-orders" } },
          { id, place: link("places.id") },
        ),
      ]),
    });
  };
  const left = { erasure: "keep" };

  it("may be the same in any number of rows, since what they keep apart becomes something of its own", async () => {
    for (const rules of [{ left }, { left, sso: { erasure: { fixed: false } } }]) {
      const system = await picked(rules);
      expect(await checkedErasing(system)).toEqual([]);
      for (const id of ["1", "2"]) await erase(system, id);
      expect(await rowsOf(system, "people")).toEqual(
        [
          "public.people 3|a@x.example|false|~",
          expect.stringMatching(/^public.people 1\|~\|false\|20/),
          expect.stringMatching(/^public.people 2\|~\|false\|20/),
        ].sort(),
      );
    }
  });

  it("are named where what they keep apart stays as it is, and rows may meet", async () => {
    const anonymise = { erasure: "anonymise" };
    const system = await picked({ left, mail: { erasure: "keep" }, sso: { erasure: { fixed: false } } }, anonymise);
    expect(await checkedErasing(system)).toEqual([expect.stringMatching(/^theirs\.people\.sso: .*fixed.* in mail/)]);
    await expect(erase(system, "1")).rejects.toThrow(/unique/);
    expect(
      await checkedErasing(
        await picked({ left, mail: { erasure: "token" }, sso: { erasure: { fixed: false } } }, anonymise),
      ),
    ).toEqual([]);
    const emptied = await picked();
    expect(await checkedErasing(emptied)).toEqual([
      expect.stringMatching(/^theirs\.places\.left_at: .*emptied.* in person, room/),
    ]);
    await expect(erase(emptied, "1")).rejects.toThrow(/unique/);
  });
});
