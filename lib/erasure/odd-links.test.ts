import { expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, everything, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject } from "./erase-subject";

// Links that lie where one does not look for them, or lead to nowhere.

const open = strangerPerTest();
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
