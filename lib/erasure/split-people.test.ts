import { expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checkedErasing, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject } from "./erase-subject";

// Platforms whose people have their address in another table than themselves: the other table, or a view of both, is the map's person.

const open = strangerPerTest();
type Columns = Parameters<typeof collection>[2];
const id: Columns[string] = ["integer", { pk: true }];
const mail: Columns[string] = ["text", { identity: "email", follow: true }];

const trial = (way: "child" | "view", posts = {}): Promise<Opened> =>
  open({
    schema: `create table users (id int primary key, nick text, closed timestamptz);
      create table emails (user_id int primary key references users, mail text not null);
      create table posts (id int primary key, user_id int not null references users);
      create view people as select u.id, u.closed, e.mail from users u join emails e on e.user_id = u.id;
      insert into users values (1, 'zebra'), (2, 'lasting'); insert into emails values (1, 'zebra@z.example'), (2, 'lasting@x.example');
      insert into posts values (1, 1), (2, 2)`,
    map: mapOf(
      {
        person:
          way === "child"
            ? { collection: "emails", id: "user_id", email: "mail" }
            : { collection: "people", id: "id", email: "mail", closed: "closed" },
      },
      [
        ...(way === "child"
          ? [collection("emails", {}, { user_id: id, mail })]
          : [
              collection("people", {}, { id: "integer", closed: "timestamptz", mail }),
              collection("emails", {}, { user_id: ["integer", { pk: true, refs: [from("users.id")] }], mail: "text" }),
            ]),
        collection(
          "users",
          {},
          {
            id: ["integer", { pk: true, refs: [from(way === "child" ? "emails.user_id" : "people.id")] }],
            nick: "text",
            closed: "timestamptz",
          },
        ),
        collection("posts", posts, { id, user_id: ["integer", { refs: [from("users.id")] }] }),
      ],
    ),
  });

it.each(["child", "view"] as const)("are erased whole by the %s", async (way) => {
  const system = await trial(way);
  expect(await checkedErasing(system)).toEqual([]);
  await eraseSubject({ map: system.map, subject: { platformUserId: "1", platformCompanyId: null }, scope: "person" });
  expect(await everything(system.client)).toEqual([
    "public.emails 2|lasting@x.example",
    "public.posts 2|2",
    "public.users 2|lasting|~",
  ]);
});

it.each([
  ["child", /^theirs\.posts: is kept until .* leads to emails/],
  ["view", /^theirs\.people\.closed: .* a view cannot take/],
] as const)("cannot keep until after closing what nobody would end: %s", async (way, said) => {
  const system = await trial(way, { erasure: { action: "keep", ground: "Tax law", until: "account" } });
  expect(await checkedErasing(system)).toEqual([expect.stringMatching(said)]);
});
