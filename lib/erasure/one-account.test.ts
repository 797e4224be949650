import { describe, expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject, previewErasure } from "./erase-subject";

// Whose account it is follows from one id: where several hold it, nobody knows who asked.

const open = strangerPerTest();

const closed = "closed";
const schema = `create table firms (id int primary key, name text, closed timestamptz);
  create table people (id int primary key, mail text, firm int, boss boolean not null, closed timestamptz);
  create table letters (id int primary key, mail text, words text);
  insert into firms values (7, 'One'), (8, 'One'), (9, 'Three');
  insert into people values (1, 'a@x.example', 7, true), (2, 'a@x.example', 8, true), (3, 'c@x.example', 9, true);
  insert into letters values (1, 'a@x.example', 'of either'), (2, 'c@x.example', 'of the third');`;
const mapBy = (id: string, firm: string) =>
  mapOf(
    {
      person: {
        ...{ collection: "people", id, email: "mail", company: "firm", closed },
        owner: { field: "boss", is: ["true"] },
      },
      company: { collection: "firms", id: firm, name: "name", closed },
    },
    [
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
          mail: "text",
          firm: firm === "id" ? "integer" : "text",
          boss: "boolean",
          closed: "timestamptz",
        },
      ),
      collection(
        "letters",
        {},
        { id: ["integer", { pk: true }], mail: ["text", { refs: [from("people.mail")] }], words: "text" },
      ),
    ],
  );

const trial = (map: string, more = ""): Promise<Opened> => open({ schema: schema + more, map });
const order = ({ map }: Opened, person: string, company: string | null = null) => ({
  ...{ map, proven: true, scope: company ? ("company" as const) : ("person" as const) },
  subject: { platformUserId: person, platformCompanyId: company },
});

describe("an id that several hold", () => {
  it("of people is named by the check, and refused by preview and run alike", async () => {
    const system = await trial(mapBy("mail", "id"));
    expect(await checked(system.map)).toEqual([
      expect.stringMatching(/^not unique theirs: public\.people\.mail: .*`person\.id`/),
    ]);
    const before = await everything(system.client);
    const words = /theirs\.people\.mail: several rows hold the id/;
    await expect(previewErasure(order(system, "a@x.example"))).rejects.toThrow(words);
    await expect(eraseSubject(order(system, "a@x.example"))).rejects.toThrow(words);
    expect(await everything(system.client)).toEqual(before);
  });

  it("of companies too", async () => {
    const system = await trial(
      mapBy("id", "name"),
      "alter table people alter firm type text using (array['One','One','Three'])[id];",
    );
    expect(await checked(system.map)).toEqual([
      expect.stringMatching(/^not unique theirs: public\.firms\.name: .*`company\.id`/),
    ]);
    await expect(eraseSubject(order(system, "1", "One"))).rejects.toThrow(
      /theirs\.firms\.name: several rows hold the id/,
    );
  });

  it("though another row's is theirs alone: without any index the rows are asked", async () => {
    const system = await trial(mapBy("mail", "id"), "update people set mail = 'b@x.example' where id = 2;");
    expect(await checked(system.map)).toEqual([]);
    await eraseSubject(order(system, "a@x.example"));
    expect((await everything(system.client)).filter((row) => /people|letters/.test(row))).toEqual([
      "public.letters 2|c@x.example|of the third",
      expect.stringMatching(/^public\.people 2/),
      expect.stringMatching(/^public\.people 3/),
    ]);
  });
});

describe("somebody else's account", () => {
  const id: [string, { pk: true }] = ["integer", { pk: true }];
  const both = (trust?: Record<string, unknown>) => ({
    dataset: "theirs",
    field: "people.id",
    ...(trust && { trust }),
  });
  const trial = (invited: Record<string, unknown>, letter = both()) =>
    open({
      schema: `create table people (id int primary key, mail text, closed timestamptz, invited_by int references people);
        create table letters (id int primary key, sender int references people, reader int references people);
        create table notes (id int primary key, person int references people);
        insert into people values (1, 'a@x.example', null, null), (2, 'b@x.example', null, 1), (3, 'c@x.example', null, 2), (4, 'd@x.example', null, null);
        insert into letters values (1, 1, 4), (2, 4, 3); insert into notes values (1, 1), (2, 2), (3, 3), (4, 4)`,
      map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed } }, [
        collection(
          "people",
          {},
          {
            ...{ id, mail: ["text", { identity: "email", follow: true }], closed: "timestamptz" },
            invited_by: ["integer", { refs: [invited] }],
          },
        ),
        collection(
          "letters",
          {},
          { id, sender: ["integer", { refs: [letter] }], reader: ["integer", { refs: [letter] }] },
        ),
        collection("notes", {}, { id, person: ["integer", { refs: [both()] }] }),
      ]),
    });
  const left = [
    "public.letters 1|~|4",
    "public.letters 2|4|3",
    "public.notes 2|2",
    "public.notes 3|3",
    "public.notes 4|4",
  ];

  it.each([
    ["a link among accounts", from("people.id"), both()],
    ["a link that is followed both ways", from("people.id"), both({ role: "owner" })],
  ])("is nobody's own over %s, and loses the link alone", async (_, invited, letter) => {
    const system = await trial(invited, letter);
    expect(await checked(system.map)).toEqual([]);
    await eraseSubject(order(system, "1"));
    expect(await everything(system.client)).toEqual([
      ...left,
      ...["public.people 2|b@x.example|~|~", "public.people 3|c@x.example|~|2", "public.people 4|d@x.example|~|~"],
    ]);
  });

  it("is one's own where a link's own rule says so, such as that of a child", async () => {
    const system = await trial(from("people.id", { role: "owner" }));
    await eraseSubject(order(system, "1"));
    expect((await everything(system.client)).filter((row) => /notes|people/.test(row))).toEqual([
      ...["public.notes 4|4", "public.people 4|d@x.example|~|~"],
    ]);
  });

  it.each(["company", undefined])(
    "is another company's too where a reference (scope %s) leads to it from there, and closing the one leaves it",
    async (scope) => {
      const link: [string, object] = ["integer", { refs: [from("firms.id", scope ? { scope } : undefined)] }];
      const system = await open({
        schema: `create table firms (id int primary key, name text, closed timestamptz);
          create table people (id int primary key, mail text, closed timestamptz, boss boolean, first int references firms, second int references firms);
          insert into firms values (7, 'One'), (8, 'Two');
          insert into people values (1, 'a@x.example', null, true, 7, null), (2, 'b@x.example', null, false, 7, 8), (3, 'c@x.example', null, true, 8, null)`,
        map: mapOf(
          {
            person: {
              ...{ collection: "people", id: "id", email: "mail", company: "first", closed },
              owner: { field: "boss", is: ["true"] },
            },
            company: { collection: "firms", id: "id", name: "name", closed },
          },
          [
            collection("firms", { scope: "company", role: "shared" }, { id, name: "text", closed: "timestamptz" }),
            collection(
              "people",
              { scope: "both" },
              {
                ...{ id, mail: ["text", { identity: "email" }], closed: "timestamptz", boss: "boolean" },
                ...{ first: link, second: link },
              },
            ),
          ],
        ),
      });
      await eraseSubject(order(system, "1", "7"));
      expect((await everything(system.client)).filter((row) => /people/.test(row))).toEqual([
        "public.people 2|b@x.example|~|false|~|8",
        "public.people 3|c@x.example|~|true|8|~",
      ]);
    },
  );
});
