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
