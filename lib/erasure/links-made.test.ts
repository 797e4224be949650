import { expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, checkedErasing, everything, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject, previewErasure } from "./erase-subject";

// Replies that stay without their author, whose column cannot be empty: what the map makes of it leads to the author no more.

const open = strangerPerTest();
const id: [string, { pk: true }] = ["integer", { pk: true }];
const kept = { action: "keep", ground: "A law", until: "usage" };

const forum = (erasure: unknown, { author = "token", key = "" }: { author?: unknown; key?: string }) => ({
  schema: `create table members (id int primary key, mail text);
    insert into members values (0, 'nobody'), (1, 'zebra@z.example'), (2, 'lasting@x.example');
    create table replies (id int primary key, author int not null ${key}, made timestamptz);
    insert into replies values (10, 1, '2026-01-02'), (20, 2, '2026-01-02');`,
  map: mapOf({ person: { collection: "members", id: "id", email: "mail" } }, [
    collection("members", {}, { id, mail: "text" }),
    collection(
      "replies",
      { erasure, retention: "usage", since: "made" },
      { id, author: ["integer", { erasure: author, refs: [from("members.id")] }], made: "timestamptz" },
    ),
  ]),
});
const order = (platformUserId: string) => ({
  ...{ subject: { platformUserId, platformCompanyId: null }, scope: "person" as const },
});

it.each<[string, unknown, Parameters<typeof forum>[1]]>([
  ["the row of a deleted user, made anonymous", "anonymise", { author: { fixed: "0" }, key: "references members" }],
  ["the row of a deleted user, kept", kept, { author: { fixed: "0" }, key: "references members" }],
  ["a token, where no foreign key looks", "anonymise", { author: "token" }],
])("takes the author at once where their column becomes %s", async (_, erasure, given) => {
  const system = await open(forum(erasure, given));
  expect(await checkedErasing(system)).toEqual([]);
  expect((await checked(system.map)).filter((line) => !line.startsWith("no retention"))).toEqual([]);
  const { map, client } = system;
  const foreseen = await previewErasure({ map, ...order("1") });
  const done = await eraseSubject({ map, ...order("1") });
  expect(done).toEqual(foreseen);
  const rows = await everything(client);
  expect(rows.filter((row) => row.startsWith("public.members"))).toEqual([
    "public.members 0|nobody",
    "public.members 2|lasting@x.example",
  ]);
  expect(rows.filter((row) => row.startsWith("public.replies 10|1|"))).toEqual([]);
  expect(rows.filter((row) => row.startsWith("public.replies 20|2|"))).toHaveLength(1);
});

it("empties the very row that the map fixes, and keeps it", async () => {
  const { map, client } = await open(forum("anonymise", { author: { fixed: "0" }, key: "references members" }));
  await client.query("insert into public.replies values (30, 0, '2026-01-02')");
  await eraseSubject({ map, ...order("0") });
  expect((await everything(client)).filter((row) => /members 0|replies 30/.test(row))).toEqual([
    "public.members 0|~",
    expect.stringMatching(/^public.replies 30\|0\|/),
  ]);
});
