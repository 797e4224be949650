import { expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, checkedErasing, everything, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject } from "./erase-subject";

// Accounts that the law keeps, and homes that lead back to who lives there: an account is found by its id, and by nothing else.

const open = strangerPerTest();
const id: [string, { pk: true }] = ["integer", { pk: true }];
const of = (field: string, trust?: Record<string, unknown>): [string, { refs: Record<string, unknown>[] }] => [
  "integer",
  { refs: [from(field, trust)] },
];
const map = mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
  collection(
    "people",
    { erasure: { action: "keep", ground: "A law", until: "work-orders" } },
    { id, mail: ["text", { erasure: "clear" }], closed: "timestamptz", home: of("homes.id", { role: "mentions" }) },
  ),
  collection("homes", {}, { id, owner: of("people.id"), other: of("people.id") }),
]);

it("a kept account leaves no link to it in what is another's too", async () => {
  const system = await open({
    schema: `create table people (id int primary key, mail text, closed timestamptz, home int);
      create table homes (id int primary key, owner int references people, other int references people);
      insert into people values (1, 'zebra@z.example', '2026-01-02', 7), (2, 'lasting@x.example', null, 7);
      insert into homes values (7, 1, 2);`,
    map,
  });
  expect([...(await checked(system.map)), ...(await checkedErasing(system))]).toEqual([]);
  const subject = { platformUserId: "1", platformCompanyId: null };
  await eraseSubject({ map: system.map, subject, scope: "person" });
  expect(await everything(system.client)).toEqual([
    "public.homes 7|~|2",
    "public.people 1|~|2026-01-02 00:00:00+00|7",
    "public.people 2|lasting@x.example|~|7",
  ]);
});
