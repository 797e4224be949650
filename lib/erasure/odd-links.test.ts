import { describe, expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, everything, strangerPerTest } from "@/test/strangers/try-out";
import type { DataMap } from "../data-map/types";
import { eraseSubject } from "./erase-subject";
import { eraserUrl } from "./eraser-url";
import { erasableProblems } from "./read-erasable";

// Links that lie where one does not look for them, or lead to nowhere.

const open = strangerPerTest();
/** What `npm run data-map:check` says, the question included whether an erasure could begin. */
const problems = async (map: DataMap) => [
  ...(await checked(map)),
  ...(await Promise.all(map.systems.map((one) => erasableProblems(eraserUrl(one) ?? "", one)))).flat(),
];
const subject = { platformUserId: "11", platformCompanyId: null };
const keep = { action: "keep", ground: "Tax law", until: "work-orders" };
const person = { collection: "people", id: "uid", email: "mail", closed: "closed" };
const people = (mail: unknown = "delete") =>
  collection("people", mail === "delete" ? {} : { erasure: "anonymise" }, {
    ...{ org: ["integer", { pk: true }], nr: ["integer", { pk: true }], uid: "integer", closed: "timestamptz" },
    mail: mail === "delete" ? "text" : ["text", { erasure: mail }],
  });
const schema = `create table people (org int, nr int, uid int not null unique, mail text, closed timestamptz, primary key (org, nr));
  insert into people values (1, 1, 11, 'zebra@x.example'), (1, 2, 22, 'lasting@x.example');`;

it("a key that is the link to an account's id keeps that account's row, emptied, as long as it is kept itself", async () => {
  const { map, client } = await open({
    schema: `${schema} create table bank (uid int primary key, iban text); insert into bank values (11, 'DE1'), (22, 'lasting')`,
    map: mapOf({ person }, [
      people(),
      collection(
        "bank",
        { retention: "work-orders", erasure: keep },
        { uid: ["integer", { pk: true, refs: [from("people.uid")] }], iban: "text" },
      ),
    ]),
  });
  expect(await checked(map)).toEqual([]);
  await eraseSubject({ map, subject, scope: "person" });
  expect(await everything(client)).toEqual([
    "public.bank 11|DE1",
    "public.bank 22|lasting",
    expect.stringMatching(/^public.people 1\|1\|11\|~\|2/),
    "public.people 1|2|22|lasting@x.example|~",
  ]);
});

it("a value that the map fixes, a trigger, and somebody's link that led nowhere before do not stop an erasure", async () => {
  const { map, client } = await open({
    schema: `${schema} create table notes (id int primary key, uid int, above int);
      insert into notes values (1, 11, null), (2, 22, 99);
      create function public.touch() returns trigger language plpgsql as $$ begin return coalesce(new, old); end $$;
      create trigger touch before update or delete on notes for each row execute function public.touch()`,
    map: mapOf({ person }, [
      people({ fixed: "gone" }),
      collection(
        "notes",
        {},
        {
          id: ["integer", { pk: true }],
          uid: ["integer", { refs: [from("people.uid")] }],
          above: ["integer", { refs: [from("notes.id", { role: "mentions" })] }],
        },
      ),
    ]),
  });
  expect(await checked(map)).toEqual([]);
  await eraseSubject({ map, subject, scope: "person" });
  expect(await everything(client)).toEqual([
    "public.notes 2|22|99",
    expect.stringMatching(/^public.people 1\|1\|11\|gone\|2/),
    "public.people 1|2|22|lasting@x.example|~",
  ]);
});

it("a list as a part of a reference over several columns is refused with its place", async () => {
  const refs = (field: string) => [from(field, { key: "both", role: "mentions" })];
  await expect(
    open({
      schema: `${schema} create table rolls (id int primary key, org int, nrs int[])`,
      map: mapOf({ person }, [
        people(),
        collection(
          "rolls",
          {},
          {
            id: ["integer", { pk: true }],
            org: ["integer", { refs: refs("people.org") }],
            nrs: ["integer[]", { refs: refs("people.nr") }],
          },
        ),
      ]),
    }),
  ).rejects.toThrow(/rolls\.fields\.org.*a list can be no part of a reference over several columns/);
});

describe("a key that is the link to another table's unique column", () => {
  const account = { collection: "people", id: "id", email: "mail", closed: "closed" };
  /** The column that others know an account by is neither its key nor its id. */
  const known = (rule: Record<string, unknown>, of: Record<string, unknown>, trust?: Record<string, unknown>) =>
    mapOf({ person: account }, [
      collection("people", rule, {
        id: ["integer", { pk: true }],
        handle: ["text", { erasure: "keep" }],
        mail: ["text", { erasure: "clear" }],
        closed: "timestamptz",
      }),
      collection("bank", of, { handle: ["text", { pk: true, refs: [from("people.handle", trust)] }], iban: "text" }),
    ]);
  const tables = (
    link: string,
  ) => `create table people (id int primary key, handle text unique, mail text, closed timestamptz);
    insert into people values (11, 'h1', 'zebra@x.example'), (22, 'h2', 'lasting@x.example');
    create table bank (handle text primary key ${link}, iban text); insert into bank values ('h1', 'DE1'), ('h2', 'lasting')`;
  const stays = { erasure: { ...keep } };
  const others = ["public.bank h2|lasting", "public.people 22|h2|lasting@x.example|~"];

  it("goes while the row that it leads to stays, where a foreign key says that it leads there", async () => {
    const { map, client } = await open({
      schema: tables("references people (handle)"),
      map: known({ erasure: "anonymise" }, {}),
    });
    expect(await problems(map)).toEqual([]);
    await eraseSubject({ map, subject, scope: "person" });
    expect(await everything(client)).toEqual([
      others[0],
      expect.stringMatching(/^public.people 11\|h1\|~\|2/),
      others[1],
    ]);
  });

  it("keeps that row as long as it is kept, where the map says that it leads there", async () => {
    const { map, client } = await open({
      schema: tables(""),
      map: known({}, { retention: "work-orders", ...stays }, { holder: "here" }),
    });
    expect(await problems(map)).toEqual([]);
    await eraseSubject({ map, subject, scope: "person" });
    expect(await everything(client)).toEqual([
      "public.bank h1|DE1",
      others[0],
      expect.stringMatching(/^public.people 11\|h1\|~\|2/),
      others[1],
    ]);
  });

  it("is clear where its other end is unique together with something made of another column alone", async () => {
    const schema = tables("").replace("handle text unique", "handle text");
    const { map } = await open({
      schema: `${schema}; create unique index on people (handle, lower(mail))`,
      map: known({}, {}),
    });
    expect(await problems(map)).toEqual([]);
  });

  it("is named by the check where neither says which of them leads to the other", async () => {
    const { map } = await open({ schema: tables(""), map: known({}, {}) });
    expect(await problems(map)).toEqual([
      "unclear holder theirs: public.bank.handle: holds each value once, as people.handle does, and no foreign key says which leads to the other: add `holder: here` (or `there`) under the reference's `trust`",
    ]);
  });
});
