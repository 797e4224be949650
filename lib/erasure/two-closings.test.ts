import { describe, expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject } from "./erase-subject";

// A person who is their own company: one row is both accounts, and says of each when it was closed.

const open = strangerPerTest();
const schema = `create table accounts (id int primary key, mail text, person_left timestamptz, firm_ended date, owns boolean not null default true);
  create table bills (id int primary key, account int, words text);
  insert into accounts values (1, 'zebra@x.example', null, null), (2, 'lasting@x.example', null, null), (3, 'gone@x.example', '2020-02-29', '2021-03-01');
  insert into bills values (1, 1, 'kept'), (2, 2, 'lasting'), (3, 3, 'kept');`;
const map = mapOf(
  {
    person: {
      collection: "accounts",
      id: "id",
      email: "mail",
      closed: "person_left",
      company: "id",
      owner: { field: "owns", is: ["true"] },
    },
    company: { collection: "accounts", id: "id", closed: "firm_ended" },
  },
  [
    collection(
      "accounts",
      { scope: "both", erasure: "anonymise", company: "id" },
      {
        ...{ id: ["integer", { pk: true }], person_left: "timestamptz", firm_ended: "date", owns: "boolean" },
        mail: ["text", { identity: "email", erasure: "token" }],
      },
    ),
    collection(
      "bills",
      { scope: "both", retention: "work-orders", erasure: { action: "keep", ground: "tax", until: "work-orders" } },
      { id: ["integer", { pk: true }], account: ["integer", { refs: [from("accounts.id")] }], words: "text" },
    ),
  ],
);

describe("an erasure of a person who is their company", () => {
  it.each([
    ["1", "person"],
    ["1", "company"],
    ["3", "person"],
    ["3", "company"],
  ] as const)("of %s as a %s closes both accounts, and one that was closed stays so", async (id, scope) => {
    const { map: theirs, client } = await open({ schema, map });
    expect(await checked(theirs)).toEqual([]);
    const subject = { platformUserId: id, platformCompanyId: id };
    await eraseSubject({ map: theirs, subject, scope, proven: true });
    const { rows } = await client.query(
      "select person_left::date::text as left, firm_ended::text as ended, mail like 'erased-%' as emptied from public.accounts where id = $1",
      [id],
    );
    const today = Temporal.Now.plainDateISO("UTC").toString();
    const [left, ended] = id === "3" ? ["2020-02-29", "2021-03-01"] : [today, today];
    expect(rows).toEqual([{ left, ended, emptied: true }]);
  });
});
