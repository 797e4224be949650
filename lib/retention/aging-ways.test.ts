import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checkedErasing, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { eraseSubject } from "../erasure/erase-subject";
import { previewSweep, startPreview } from "./preview-sweep";
import { runSweep } from "./run-sweep";

// Carts go two years after they were made, sales seven years after the account's end, and a sale is of an account by its cart.

const database = testDatabase();
const open = strangerPerTest();
afterEach(async () => {
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries`;
});

type Fields = Parameters<typeof collection>[2];
const id: Fields[string] = ["integer", { pk: true }];
const link = (field: string, more = {}): Fields[string] => ["integer", { refs: [from(field)], ...more }];
const aging = { retention: "usage", since: "at" };
const keep = { action: "keep", ground: "Tax law", until: "work-orders" };
const made = { at: "timestamptz", words: "text" };
const people = collection(
  "people",
  {},
  { id, mail: ["text", { identity: "email", follow: true }], closed: "timestamptz" },
);
const trust = { person: { collection: "people", id: "id", email: "mail", closed: "closed" } };
const schema = `create table people (id int primary key, mail text, closed timestamptz);
  insert into people values (1, 'zebra@x.example'), (2, 'lasting@x.example');`;

const carts = collection("carts", aging, { id, person: link("people.id"), ...made });
const sales = (more: Fields) =>
  collection(
    "sales",
    { retention: "work-orders", erasure: keep },
    { id, cart: link("carts.id"), words: "text", ...more },
  );
const shop = (more: Fields = {}) =>
  open({
    schema: `${schema} create table carts (id int primary key, person int, at timestamptz, words text);
      create table sales (id int primary key, cart int, words text, buyer int);
      insert into carts values (11, 1, '2020-01-20', 'zebra'); insert into sales values (1, 11, 'kept', null), (2, 11, 'kept', 1)`,
    map: mapOf(trust, [people, carts, sales({ buyer: "integer", ...more })]),
  });
const sweepAt = ({ map }: Opened, at: string) =>
  runSweep(
    systemCtx("test", () => Temporal.Instant.from(`${at}T00:00:00Z`)),
    { map, watch: false },
  );
const erase = ({ map }: Opened) =>
  eraseSubject({ map, subject: { platformUserId: "1", platformCompanyId: null }, scope: "person" });
const rows = async ({ client }: Opened, words: RegExp) =>
  (await everything(client)).filter((row) => words.test(row)).map((row) => row.replace("public.", ""));

describe("a row that is over by its age, and lies between an account and what is kept of it", () => {
  it.each(["the platform closed", "was erased"])("waits for that, and goes with an account that %s", async (how) => {
    const platform = await shop();
    expect(await checkedErasing(platform)).toEqual([]);
    await sweepAt(platform, "2026-06-01");
    if (how === "was erased") await erase(platform);
    else await platform.client.query("update public.people set closed = '2026-06-02' where id = 1");
    await sweepAt(platform, "2030-01-01");
    const cart = how === "was erased" ? "2020-01-01 00:00:00+00|~" : "2020-01-20 00:00:00+00|zebra";
    expect(await rows(platform, /carts|sales/)).toEqual([
      `carts 11|1|${cart}`,
      "sales 1|11|kept|~",
      "sales 2|11|kept|1",
    ]);
    for (const at of ["2040-01-01", "2040-01-02", "2040-02-02"]) await sweepAt(platform, at);
    expect(await rows(platform, /./)).toEqual(["people 2|lasting@x.example|~"]);
  });

  it("waits with all others on the way, as a dry run says", async () => {
    const platform = await open({
      schema: `${schema} create table carts (id int primary key, person int, at timestamptz, words text);
        create table items (id int primary key, cart int, at timestamptz); create table sales (id int primary key, item int, words text);
        insert into carts values (11, 1, '2020-01-20', 'zebra'), (12, 1, '2020-01-20', 'zebra'); insert into items values (21, 11, '2020-01-20'), (22, 12, '2020-01-20');
        insert into sales values (1, 21, 'kept')`,
      map: mapOf(trust, [
        people,
        carts,
        collection("items", aging, { id, cart: link("carts.id"), at: "timestamptz" }),
        collection("sales", { retention: "work-orders", erasure: keep }, { id, item: link("items.id"), words: "text" }),
      ]),
    });
    const ctx = systemCtx("test", () => Temporal.Instant.from("2026-06-01T00:00:00Z"));
    const sweepId = (await startPreview(ctx))?.id ?? "";
    await previewSweep(ctx, { sweepId }, { map: platform.map });
    await sweepAt(platform, "2026-06-01");
    expect(
      await database.sql`select collection, deleted::int as deleted, waiting::int as waiting from retention_runs
        where collection in ('carts', 'items') order by collection`,
    ).toEqual(["carts", "carts", "items", "items"].map((one) => ({ collection: one, deleted: 1, waiting: 1 })));
    expect(await rows(platform, /carts|items/)).toEqual([
      "carts 11|1|2020-01-20 00:00:00+00|zebra",
      "items 21|11|2020-01-20 00:00:00+00",
    ]);
  });

  it("goes at its time where each sale that is left has another way there", async () => {
    const platform = await shop({ buyer: link("people.id") });
    await sweepAt(platform, "2026-06-01");
    expect(await rows(platform, /carts|sales/)).toHaveLength(3);
    await platform.client.query("delete from public.sales where buyer is null");
    await sweepAt(platform, "2026-06-02");
    expect(await rows(platform, /carts|sales/)).toEqual(["sales 2|~|kept|1"]);
  });

  it("waits for a sale of its own type, whatever the others' ids lead to", async () => {
    const of = (type: string, field: string) => from(field, { if: { field: "type", is: [type] } });
    const refs = [of("cart", "carts.id"), of("person", "people.id")];
    const platform = await open({
      schema: `${schema} create table carts (id int primary key, person int, at timestamptz, words text); create table sales (id int primary key, type text, of int, words text);
        insert into carts values (11, 1, '2020-01-20', 'zebra'), (12, 1, '2020-01-20', 'zebra'); insert into sales values (1, 'cart', 11, 'kept'), (2, 'person', 12, 'nobody')`,
      map: mapOf(trust, [
        people,
        carts,
        collection(
          "sales",
          { retention: "work-orders", erasure: keep },
          { id, type: "text", of: ["integer", { refs }], words: "text" },
        ),
      ]),
    });
    await sweepAt(platform, "2026-06-01");
    expect(await rows(platform, /carts|sales/)).toEqual([
      "carts 11|1|2020-01-20 00:00:00+00|zebra",
      "sales 1|cart|11|kept",
      "sales 2|person|12|nobody",
    ]);
  });

  it("is named by the check where its link has a shorter class of its own", async () => {
    const short = await shop({ cart: link("carts.id", { retention: "usage" }) });
    expect(await checkedErasing(short)).toEqual([
      expect.stringMatching(/^theirs\.sales: .* the link by which it leads to people has a shorter class of its own/),
    ]);
  });
});

it.each([
  ["timestamptz", "timestamptz", "'2025-01-20'"],
  ["bigint", ["bigint", { time: "seconds" }], "1737331200"],
] as const)("an emptied row goes by its age once nothing needs it any more (%s)", async (type, at, value) => {
  const columns = { id, person: link("people.id"), at: at as Fields[string], words: "text" };
  const platform = await open({
    schema: `${schema} create table posts (id int primary key, person int, at ${type}, words text);
      create table replies (id int primary key, person int, at ${type}, words text, post int not null references posts);
      insert into posts values (11, 1, ${value}, 'zebra'), (12, 1, null, 'zebra'); insert into replies values (1, 2, ${value}, 'lasting', 11), (2, 2, ${value}, 'lasting', 12)`,
    map: mapOf(trust, [
      people,
      collection("posts", aging, columns),
      collection("replies", aging, {
        ...columns,
        post: ["integer", { refs: [from("posts.id", { role: "mentions" })] }],
      }),
    ]),
  });
  expect(await checkedErasing(platform)).toEqual([]);
  await erase(platform);
  expect(await rows(platform, /posts/)).toEqual([
    `posts 11|~|${type === "bigint" ? 1737331200 : "2025-01-01 00:00:00+00"}|~`,
    "posts 12|~|~|~",
  ]);
  await sweepAt(platform, "2026-06-01");
  expect(await rows(platform, /posts|replies/)).toHaveLength(4);
  await sweepAt(platform, "2028-01-01");
  expect(await rows(platform, /posts|replies/)).toEqual(["posts 12|~|~|~"]);
});
