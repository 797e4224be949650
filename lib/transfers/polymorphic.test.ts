import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDatabase, dropDatabase, testDatabase } from "@/test/database";
import { type How, type Rows, takePackage } from "@/test/incoming-package";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { parseMap } from "../data-map/parse";
import { resetEnv } from "../env";
import type { Home } from "./plan-intake";

// A column that leads to a user in some rows and to a ticket in others, as its neighbour says (`if` of the map).

const both = { scope: "both", company: "company_id" };
const when = (is: string) => ({ if: { field: "owner_type", is: [is] } });
const map = mapOf(
  {
    person: {
      ...{ collection: "users", id: "id", email: "email", company: "company_id" },
      owner: { field: "role", is: ["owner"] },
    },
    company: { collection: "companies", id: "id" },
    importer: { connection: "STRANGER_DATABASE_URL" },
  },
  [
    collection("companies", { scope: "company", role: "shared" }, { id: ["integer", { pk: true }] }),
    collection("users", both, {
      ...{ id: ["integer", { pk: true }], company_id: "integer", role: "text" },
      email: ["text", { identity: "email", follow: true, import: { take: "sent" } } as never],
    }),
    collection("tickets", both, {
      ...{ id: ["integer", { pk: true }], company_id: "integer", title: "text" },
      user_id: ["integer", { refs: [from("users.id")] }],
    }),
    collection("comments", both, {
      ...{ id: ["integer", { pk: true }], company_id: "integer", body: "text", owner_type: "text" },
      owner_id: ["integer", { refs: [from("users.id", when("user")), from("tickets.id", when("ticket"))] }],
    }),
  ],
);
const schema = `
  create table companies (id int primary key);
  create table users (id int primary key, company_id int references companies, role text, email text not null);
  create table tickets (id int primary key, company_id int, title text, user_id int);
  create table comments (id int primary key, company_id int, body text, owner_type text, owner_id int not null);
  insert into companies values (1); insert into users values (1, 1, 'owner', 'victim@x.example'), (40, 1, 'staff', 'two@x.example');
  insert into tickets values (1, 1, 'Theirs', 1), (50, 1, 'Theirs', 1);
  insert into comments values (1, 1, 'Theirs', 'user', 1), (2, 1, 'Left behind', 'ticket', 90);`;

testDatabase();
let platform = { name: "", url: "" };
let client: pg.Client;
let storage = "";
let home: Home;
beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), "tc-polymorphic-"));
});
afterAll(() => rm(storage, { recursive: true, force: true }));
beforeEach(async () => {
  platform = await createDatabase();
  Object.assign(process.env, { STORAGE_DIR: storage, STRANGER_DATABASE_URL: platform.url });
  resetEnv();
  home = parseMap("theirs.yml", map)[0] as Home;
  client = new pg.Client({ connectionString: platform.url });
  await client.connect();
  await client.query(schema);
});
afterEach(async () => {
  await client.end();
  await dropDatabase(platform.name);
});

type Comment = [body: string, type: string, owner: number];
const company = (comments: Comment[]): Rows => ({
  companies: [{ id: 1 }],
  users: [
    { id: 1, company_id: 1, role: "owner", email: "robin@x.example" },
    { id: 90, company_id: 1, role: "staff", email: "sam@x.example" },
  ],
  tickets: [1, 40].map((id) => ({ id, company_id: 1, title: `T${id}`, user_id: 1 })),
  comments: comments.map(([body, owner_type, owner_id], at) => ({
    ...{ id: 100 + at, company_id: 1, body, owner_type, owner_id },
  })),
});
const take = (rows: Rows, how: How = {}) =>
  takePackage(platform.url, rows, { address: "robin@x.example", home, ...how });
/** What came in, each comment with the name of what it leads to. */
const led = async () =>
  (
    await client.query<{ body: string; led: string }>(
      `select c.body, coalesce(case owner_type when 'user' then u.email when 'ticket' then t.title || ' of ' || t.company_id end, owner_id::text) as led
       from comments c left join users u on u.id = owner_id left join tickets t on t.id = owner_id where c.id >= 100 order by c.id`,
    )
  ).rows.map(({ body, led: name }) => `${body}: ${name}`);

describe("a link that is one in some rows alone", () => {
  it("follows what it leads to when keys are counted anew, and nothing else", async () => {
    await take(
      company([
        ["a", "user", 1],
        ["b", "ticket", 1],
        ["c", "ticket", 40],
        ["d", "user", 90],
        ["e", "something", 1],
      ]),
    );
    expect(await led()).toEqual(["a: robin@x.example", "b: T1 of 2", "c: T40 of 2", "d: sam@x.example", "e: 1"]);
  });

  it("S1: refuses a package only where it leads to what is here", async () => {
    await expect(take(company([["a", "user", 40]]))).rejects.toThrow("points-elsewhere comments");
    await expect(take(company([["a", "ticket", 50]]))).rejects.toThrow("points-elsewhere comments");
    // Number 40 is a ticket of the package, and 50 is nothing of what is said.
    await take(
      company([
        ["a", "ticket", 40],
        ["b", "something", 50],
      ]),
    );
    expect(await led()).toEqual(["a: T40 of 2", "b: 50"]);
  });

  it("S1: names a key in those rows alone: what was left behind of a ticket claims no user's number", async () => {
    const rows = company([]);
    const { comments: _, ...rest } = rows;
    // The other number is free, so that nothing but a claim counts them anew.
    await take({
      ...rest,
      companies: [{ id: 2 }],
      users: [{ id: 90, company_id: 2, role: "owner", email: "robin@x.example" }],
      tickets: [{ id: 90, company_id: 2, title: "T90", user_id: 90 }],
    });
    const { rows: found } = await client.query(
      "select u.id as user, t.id as ticket from users u join tickets t on t.user_id = u.id where t.title = 'T90'",
    );
    expect(found).toEqual([{ user: 90, ticket: 91 }]);
  });

  it("makes a person's own records theirs by it, and leaves out what it leads elsewhere", async () => {
    const rows: Rows = {
      users: [{ id: 7, role: "staff", email: "robin@x.example" }],
      tickets: [{ id: 9, title: "Mine", user_id: 7 }],
      comments: (
        [
          ["a", "user", 7],
          ["b", "ticket", 9],
          ["c", "ticket", 7],
          ["d", "user", 9],
          ["e", "something", 7],
        ] as Comment[]
      ).map(([body, owner_type, owner_id], at) => ({ ...{ id: 100 + at, body, owner_type, owner_id } })),
    };
    const { contents } = await take(rows, { scope: "person", here: { userId: "40", companyId: "1" } });
    expect(await led()).toEqual(["a: two@x.example", "b: Mine of 1"]);
    expect(contents.find((one) => one.collection === "comments")?.left).toEqual([{ why: "not-yours", count: 3 }]);
  });

  it("is not taken over where a package does not say which rows those are", async () => {
    const rows = company([["a", "user", 1]]);
    for (const row of rows.comments ?? []) delete row.owner_type;
    const { contents } = await take(rows);
    expect(contents.find((one) => one.collection === "comments")?.skipped).toBe("leans");
    expect(await led()).toEqual([]);
  });
});
