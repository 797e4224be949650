import { expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, everything, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject, previewErasure } from "./erase-subject";

// A member's own rows that are shared with somebody of another company: closing the member's company takes them from neither.

const open = strangerPerTest();

const system = (role: "owner" | "shared", to: "owner" | "shared") =>
  mapOf(
    {
      person: {
        ...{ collection: "people", id: "id", email: "mail", closed: "closed", company: "firm" },
        owner: { field: "boss", is: ["true"] },
      },
      company: { collection: "firms", id: "id", name: "name", closed: "closed" },
    },
    [
      collection("firms", { scope: "company" }, { id: ["integer", { pk: true }], name: "text", closed: "timestamptz" }),
      collection(
        "people",
        { scope: "both", company: "firm" },
        {
          ...{ id: ["integer", { pk: true }], firm: "integer", closed: "timestamptz", boss: "boolean" },
          mail: ["text", { identity: "email", follow: true }],
        },
      ),
      collection(
        "letters",
        { role },
        {
          id: ["integer", { pk: true }],
          writer: ["integer", { refs: [from("people.id", { role: "owner" })] }],
          reader: ["integer", { refs: [from("people.id", { role: to })] }],
          copy: ["text", { identity: "email" }],
          words: "text",
        },
      ),
    ],
  );

it.each([
  ["owner", "owner"],
  ["owner", "shared"],
  ["shared", "owner"],
  ["shared", "shared"],
] as const)(
  "letters that are %s, and the reader's as %s, stay what somebody of another company has of them",
  async (role, to) => {
    const { map, client } = await open({
      schema: `
      create table firms (id int primary key, name text, closed timestamptz);
      create table people (id int primary key, firm int, mail text, closed timestamptz, boss boolean);
      create table letters (id int primary key, writer int, reader int, copy text, words text);
      insert into firms values (1, 'zebra'), (2, 'lasting');
      insert into people values (1, 1, 'zebra@x.example', null, true), (2, 2, 'lasting@x.example', null, true), (3, 1, 'zebra2@x.example', null, false);
      insert into letters values (1, 1, 2, null, 'to another'), (2, 1, null, 'lasting@x.example', 'copied'),
        (3, 1, 3, null, 'within'), (4, 2, 2, 'zebra@x.example', 'theirs')`,
      map: system(role, to),
    });
    expect(await checked(map)).toEqual([]);
    const order = { map, subject: { platformUserId: "1", platformCompanyId: "1" }, scope: "company" as const };
    const previewed = await previewErasure(order);
    expect(await eraseSubject(order)).toEqual(previewed);
    expect((await everything(client)).filter((row) => row.startsWith("public.letters"))).toEqual([
      "public.letters 1|~|2|~|to another",
      "public.letters 2|~|~|lasting@x.example|copied",
      "public.letters 4|2|2|~|theirs",
    ]);
  },
);
