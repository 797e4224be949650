import { expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, everything, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject } from "./erase-subject";

// As a database has it that was MySQL's: the same words in other letters are the same to it.

const open = strangerPerTest();
const id: [string, { pk: true }] = ["integer", { pk: true }];
const toUser: [string, object] = ["varchar(40)", { refs: [from("users.login")] }];
const bill = { retention: "work-orders", erasure: { action: "keep", ground: "Tax law", until: "work-orders" } };

/** Two accounts by their login, and another collection. */
function logins(table: string, more: ReturnType<typeof collection>, link = "collate ci") {
  const users = collection(
    "users",
    {},
    {
      login: ["varchar(40)", { pk: true }],
      email: ["text", { identity: "email", follow: true }],
      ...{ closed: "timestamptz" },
    },
  );
  return open({
    schema: `create collation ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      create collation other (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
      create table users (login varchar(40) collate ci primary key, email text collate ci not null, closed timestamptz);
      insert into users values ('zebra', 'zebra@x.example'), ('lasting', 'lasting@x.example'); ${table.replaceAll("LINK", link)}`,
    map: mapOf({ person: { collection: "users", id: "login", email: "email", closed: "closed" } }, [users, more]),
  });
}
const subject = { platformUserId: "zebra", platformCompanyId: null };

it("a row of two people stays when one of them goes, in whatever letters it names the other", async () => {
  const chats = collection("chats", {}, { id, a: toUser, b: toUser });
  const { map, client } = await logins(
    `create table chats (id int primary key, a varchar(40) LINK, b varchar(40) LINK);
     insert into chats values (1, 'zebra', 'LASTING'), (2, 'Zebra', 'lasting'), (3, 'ZEBRA', null)`,
    chats,
  );
  expect(await checked(map)).toEqual([]);
  await eraseSubject({ map, subject, scope: "person" });
  expect((await everything(client)).filter((row) => row.includes("chats"))).toEqual([
    "public.chats 1|~|LASTING",
    "public.chats 2|~|lasting",
  ]);
});

it("the account stays, emptied, that a kept row leads to in other letters", async () => {
  const bills = collection("bills", bill, { id, who: toUser });
  const { map, client } = await logins(
    "create table bills (id int primary key, who varchar(40) LINK); insert into bills values (1, 'ZEBRA')",
    bills,
  );
  await eraseSubject({ map, subject, scope: "person" });
  expect(await everything(client)).toEqual([
    "public.bills 1|ZEBRA",
    "public.users lasting|lasting@x.example|~",
    expect.stringMatching(/^public.users zebra\|erased-[0-9a-f]+\|2/),
  ]);
  // What was emptied is known again by its form, though no pattern is looked for by such a collation.
  await eraseSubject({ map, subject, scope: "person" });
});

it("the check names a link whose columns take different words for the same", async () => {
  const chats = collection("chats", {}, { id, who: toUser });
  const table =
    "create table chats (id int primary key, who varchar(40) LINK); insert into chats values (1, 'lasting')";
  for (const link of ["", "collate other"]) {
    const { map } = await logins(table, chats, link);
    expect(await checked(map)).toEqual([
      expect.stringMatching(/^other collation theirs: public.chats.who: .*users.login.*ci/),
    ]);
    // It can still be done.
    await eraseSubject({ map, subject, scope: "person" });
  }
});
