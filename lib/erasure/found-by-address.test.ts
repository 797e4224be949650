import { expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, checkedErasing, everything, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject } from "./erase-subject";

// Orders that the law keeps until their company's end, some of them by an address alone: nobody finds these over a person any more.

const open = strangerPerTest();
const id: [string, { pk: true }] = ["integer", { pk: true }];
const closed = "timestamptz";
const map = mapOf(
  {
    person: {
      ...{ collection: "members", id: "id", email: "email", closed: "closed", company: "firm" },
      owner: { field: "role", is: ["owner"] },
    },
    company: { collection: "firms", id: "id", closed: "closed" },
  },
  [
    collection("firms", { scope: "company" }, { id, closed }),
    collection(
      "members",
      { scope: "both", company: "firm" },
      {
        ...{ id, closed, firm: ["integer", { refs: [from("firms.id")] }], role: "text" },
        email: ["text", { identity: "email", follow: true }],
      },
    ),
    collection(
      "orders",
      {
        ...{ scope: "both", retention: "work-orders" },
        erasure: { action: "keep", ground: "Tax law", until: "work-orders" },
      },
      { id, member: ["integer", { refs: [from("members.id")] }], email: ["text", { identity: "email" }] },
    ),
  ],
);
const schema = `create table firms (id int primary key, closed timestamptz);
  create table members (id int primary key, email text, closed timestamptz, firm int, role text);
  create table orders (id int primary key, member int, email text);
  insert into firms values (1); insert into members values (1, 'zebra@x.example', null, 1, 'x'), (2, 'lasting@x.example', null, 1, 'owner');
  insert into orders values (20, 2, 'lasting@x.example');`;

it.each([
  ["leave nothing of the account", "null", []],
  ["leave the way to their company where they have the account as well", "1", ["public.members 1|~|CLOSED|1|~"]],
])("%s", async (_, member, left) => {
  const system = await open({ schema: `${schema} insert into orders values (10, ${member}, 'zebra@x.example');`, map });
  expect([...(await checked(system.map)), ...(await checkedErasing(system))]).toEqual([]);
  const subject = { platformUserId: "1", platformCompanyId: null };
  const rows = async () => (await everything(system.client)).map((row) => row.replace(/\|20[\d:+ .-]+\|/, "|CLOSED|"));
  for (const _again of [1, 2]) {
    await eraseSubject({ map: system.map, subject, scope: "person", proven: true });
    expect((await rows()).filter((row) => row.startsWith("public.members 1|"))).toEqual(left);
  }
});
