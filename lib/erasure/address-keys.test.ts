import { expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checkedErasing, everything, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject } from "./erase-subject";

// Profiles whose key is an address: somebody else's letter keeps one, emptied, and keys stay as they are.

const open = strangerPerTest();

const schema = (key: string) => `create table people (id int primary key, mail text, closed timestamptz);
  create table profiles (id int not null unique, mail text not null unique, primary key (${key}));
  create table letters (id int primary key, person int references people, profile int not null references profiles (id));
  insert into people values (1, 'zebra@x.example'), (2, 'lasting@x.example'); insert into profiles values (1, 'zebra@x.example');
  insert into letters values (1, 2, 1)`;

const map = (key: "id" | "mail", rule: Record<string, unknown> = {}) => {
  const pk = (name: string) => (name === key ? { pk: true as const } : {});
  return mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
    collection(
      "people",
      {},
      { id: ["integer", { pk: true }], mail: ["text", { identity: "email", follow: true }], closed: "timestamptz" },
    ),
    collection(
      "profiles",
      {},
      { id: ["integer", pk("id")], mail: ["text", { ...pk("mail"), identity: "email", ...rule }] },
    ),
    collection(
      "letters",
      {},
      {
        ...{ id: ["integer", { pk: true }], person: ["integer", { refs: [from("people.id")] }] },
        profile: ["integer", { refs: [from("profiles.id", { role: "mentions" })] }],
      },
    ),
  ]);
};

it("an address that is a key stays in an emptied row, and the check names it until the map says `keep`", async () => {
  const system = await open({ schema: schema("mail"), map: map("mail") });
  expect(await checkedErasing(system)).toEqual([
    "theirs.profiles.mail: stays as it is in an emptied row, since it is a key; give the table another one, or say `keep`",
  ]);
  await eraseSubject({
    ...{ map: system.map, subject: { platformUserId: "1", platformCompanyId: null }, scope: "person" },
  });
  expect(await everything(system.client)).toContain("public.profiles 1|zebra@x.example");
  expect(await checkedErasing(await open({ schema: schema("mail"), map: map("mail", { erasure: "keep" }) }))).toEqual(
    [],
  );
  expect(await checkedErasing(await open({ schema: schema("id"), map: map("id") }))).toEqual([]);
});
