import { beforeEach, describe, expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { inEachSystem } from "./erase-subject";
import { eraseInSystem } from "./run-system";

// What is written while an erasure is at work goes by another pass. By then the links of the first are cut, and whose a row is can be
// seen by what is left only.

const person = { collection: "people", id: "id", email: "mail", closed: "closed" };
const id: [string, { pk: true }] = ["integer", { pk: true }];
const refs = (field: string): [string, { refs: Record<string, unknown>[] }] => ["integer", { refs: [from(field)] }];
const map = mapOf({ person }, [
  collection("people", {}, { id, mail: "text", closed: "timestamptz" }),
  collection("docs", {}, { id, owner: refs("people.id"), co: refs("people.id") }),
  collection("pages", {}, { id, doc: refs("docs.id"), words: "text" }),
  collection("events", {}, { id, person: refs("people.id") }),
]);
/** A document of two, with pages; events have no foreign key. */
const schema = `
  create table people (id int primary key, mail text, closed timestamptz);
  create table docs (id int primary key, owner int references people, co int references people);
  create table pages (id int primary key, doc int not null references docs, words text);
  create table events (id int primary key, person int);
  insert into people values (1, 'zebra@x.example'), (2, 'lasting@x.example');
  insert into docs values (7, 1, 2), (8, 1, null);
  insert into pages values (70, 7, 'lasting'), (71, 7, 'lasting'), (80, 8, 'zebra');
  insert into events values (1, 1), (2, 2);`;

const open = strangerPerTest();
let opened: Opened;
beforeEach(async () => {
  opened = await open({ schema, map });
});

/** Erases person 1, while somebody else writes before the first pass lasts. */
async function eraseWhile(statement: string): Promise<number> {
  let passes = 0;
  const subject = { platformUserId: "1", platformCompanyId: null };
  await inEachSystem({ map: opened.map, subject, scope: "person" }, (url, order) =>
    eraseInSystem(url, order, async () => {
      passes += 1;
      if (passes === 1) await opened.client.query(statement);
    }),
  );
  return passes;
}

describe("a second pass", () => {
  it("takes what the platform wrote of the person meanwhile, and nothing of what the first one left to somebody else", async () => {
    expect(await eraseWhile("insert into public.events values (9, 1)")).toBe(2);
    expect(await everything(opened.client)).toEqual([
      "public.docs 7|~|2",
      "public.events 2|2",
      "public.pages 70|7|lasting",
      "public.pages 71|7|lasting",
      "public.people 2|lasting@x.example|~",
    ]);
  });

  it("is nobody's loss who wrote in a shared one meanwhile", async () => {
    await eraseWhile("insert into public.pages values (72, 7, 'lasting')");
    expect(await everything(opened.client)).toEqual([
      "public.docs 7|~|2",
      "public.events 2|2",
      "public.pages 70|7|lasting",
      "public.pages 71|7|lasting",
      "public.pages 72|7|lasting",
      "public.people 2|lasting@x.example|~",
    ]);
  });
});
