import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { collection, from, mapOf, to } from "@/test/strangers/shape";
import { checked, checkedErasing, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { eraseByCommand } from "../erasure/erase-by-command";
import { eraseSubject } from "../erasure/erase-subject";
import type { Receipt } from "../erasure/receipt";
import { previewSweep, startPreview } from "./preview-sweep";
import { sweepById } from "./queries";
import { runSweep } from "./run-sweep";

// What an erasure keeps until after closing ends when the receipt says so, whatever the platform's columns look like.

const database = testDatabase();
const open = strangerPerTest();
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tc-closing-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries`;
});

const keep = { action: "keep", ground: "Tax law", until: "work-orders" };
type Column = Parameters<typeof collection>[2][string];

async function trial(
  closed: { type: string; map: Column },
  { foreignKey = false, nullable = false } = {},
): Promise<Opened> {
  const link = `int ${nullable ? "" : "not null"} ${foreignKey ? "references companies" : ""}`;
  const schema = `create table companies (id int primary key, name text, closed ${closed.type});
    create table people (id int primary key, mail text, company ${link}, owner boolean not null, closed ${closed.type});
    create table teams (id int primary key, company ${link}, name text);
    create table orders (id int primary key, company ${link}, team int not null references teams, customer text);
    create table letters (id int primary key, person int not null, words text);
    insert into companies values (1, 'One'), (2, 'Two'); insert into people values (1, 'a@x.example', 1, true), (2, 'b@x.example', 2, true), (3, 'c@x.example', 2, false);
    insert into teams values (1, 1, 'A'), (2, 2, 'B'); insert into orders values (10, 1, 1, 'Ms Customer'), (20, 2, 2, 'Mr Customer');
    insert into letters values (1, 1, 'of 1'), (3, 3, 'of 3')`;
  const id = ["integer", { pk: true }] satisfies Column;
  const company = { scope: "company", company: "company", role: "shared" };
  const map = mapOf(
    {
      person: {
        ...{ collection: "people", id: "id", email: "mail", closed: "closed", company: "company" },
        owner: { field: "owner", is: ["true"] },
      },
      company: { collection: "companies", id: "id", name: "name", closed: "closed" },
    },
    [
      collection("companies", { ...company, company: "id" }, { id, name: "text", closed: closed.map }),
      collection(
        "people",
        { scope: "both", company: "company" },
        {
          id,
          mail: ["text", { identity: "email", follow: true }],
          company: "integer",
          owner: "boolean",
          closed: closed.map,
        },
      ),
      collection("teams", company, { id, company: "integer", name: "text" }),
      collection(
        "orders",
        { ...company, retention: "work-orders", erasure: keep },
        { id, company: "integer", team: "integer", customer: "text" },
      ),
      collection(
        "letters",
        { retention: "work-orders", erasure: keep },
        { id, person: ["integer", { refs: [from("people.id")] }], words: "text" },
      ),
    ],
  );
  return open({ schema, map });
}

async function receiptOf({ map }: Opened, person: string, company: string | null): Promise<Receipt> {
  const subject = { platformUserId: person, platformCompanyId: company };
  const file = join(folder, `${person}.json`);
  await eraseByCommand({ map, subject, scope: company ? "company" : "person" }, { file, isTrial: true, say: () => {} });
  return JSON.parse(await readFile(file, "utf8")).receipt;
}
const endOf = ({ systems }: Receipt, collection: string): Temporal.Instant =>
  Temporal.Instant.from(systems[0]?.collections.find(({ name }) => name === collection)?.until?.endsAt ?? "never");
const sweepAt = ({ map }: Opened, at: Temporal.Instant) =>
  runSweep(
    systemCtx("test", () => at),
    { map, watch: false },
  );
const idsOf = async ({ client }: Opened, table: string): Promise<number[]> =>
  (await client.query<{ id: number }>(`select id from public.${table} order by 1`)).rows.map(({ id }) => id);

const forms: Record<string, { type: string; map: Column }> = {
  timestamptz: { type: "timestamptz", map: "timestamptz" },
  "a time without zone, by whole seconds": { type: "timestamp(0)", map: "timestamp(0)" },
  date: { type: "date", map: "date" },
  words: { type: "varchar(24)", map: ["varchar(24)", { time: "text", erasure: "now" }] },
  milliseconds: { type: "bigint", map: ["bigint", { time: "milliseconds" }] },
  seconds: { type: "int", map: ["integer", { time: "seconds" }] },
};

describe("what is kept until after closing", () => {
  it.each(Object.keys(forms))(
    "R14: ends by the second when the receipt says so, the closing time a column of %s",
    async (form) => {
      const platform = await trial(forms[form] ?? { type: "", map: "" });
      expect(await checked(platform.map)).toEqual([]);
      expect(await checkedErasing(platform)).toEqual([]);
      const end = endOf(await receiptOf(platform, "1", "1"), "orders");
      expect([await idsOf(platform, "companies"), await idsOf(platform, "orders")]).toEqual([
        [1, 2],
        [10, 20],
      ]);
      await sweepAt(platform, end.subtract({ seconds: 1 }));
      expect(await idsOf(platform, "orders")).toEqual([10, 20]);
      await sweepAt(platform, end.add({ seconds: 1 }));
      for (const [table, left] of [
        ["orders", [20]],
        ["teams", [2]],
        ["companies", [2]],
        ["people", [2, 3]],
        ["letters", [3]],
      ] as const)
        expect([table, await idsOf(platform, table)]).toEqual([table, left]);
    },
  );

  it.each([{ foreignKey: true }, { nullable: true }])("ends also where the link is %j", async (link) => {
    const platform = await trial({ type: "timestamptz", map: "timestamptz" }, link);
    const end = endOf(await receiptOf(platform, "1", "1"), "orders");
    await sweepAt(platform, end);
    for (const table of ["orders", "teams", "companies"]) expect(await idsOf(platform, table)).toHaveLength(1);
  });

  it("of one person, and no company's, ends with their account", async () => {
    const platform = await trial({ type: "timestamptz", map: "timestamptz" });
    const end = endOf(await receiptOf(platform, "3", null), "letters");
    await sweepAt(platform, end.subtract({ seconds: 1 }));
    expect([await idsOf(platform, "letters"), await idsOf(platform, "people")]).toEqual([
      [1, 3],
      [1, 2, 3],
    ]);
    await sweepAt(platform, end);
    expect([await idsOf(platform, "letters"), await idsOf(platform, "people")]).toEqual([[1], [1, 2]]);
    expect(await idsOf(platform, "orders")).toEqual([10, 20]);
  });

  it("is named by the check where the closing time cannot be written, and then nobody is erased who is not closed", async () => {
    const platform = await trial({ type: "varchar(10)", map: ["varchar(10)", { time: "text" }] });
    expect((await checkedErasing(platform)).join("\n")).toMatch(
      /theirs\.people\.closed: an erasure has to write there when the account was closed, which a column of type character varying\(10\) cannot take/,
    );
    expect((await checkedErasing(platform)).join("\n")).toContain("theirs.companies.closed: ");
    const subject = { platformUserId: "1", platformCompanyId: "1" };
    const erase = () => eraseSubject({ map: platform.map, subject, scope: "company" });
    await expect(erase()).rejects.toThrow(/companies\.closed: an erasure has to write there/);
    expect(await idsOf(platform, "people")).toEqual([1, 2, 3]);
    await platform.client.query(
      "update public.companies set closed = '2026-01-01'; update public.people set closed = '2026-01-01'",
    );
    await erase();
    expect(await idsOf(platform, "orders")).toEqual([10, 20]);
  });

  it("is named by the check where nothing in the kept rows leads to the account", async () => {
    const id = ["integer", { pk: true }] satisfies Column;
    const mail = ["text", { identity: "email", follow: true }] satisfies Column;
    const map = mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
      collection("people", {}, { id, mail, closed: "timestamptz" }),
      collection("papers", { erasure: keep }, { id, mail: ["text", { identity: "email" }] }),
    ]);
    const schema =
      "create table people (id int primary key, mail text, closed timestamptz); create table papers (id int primary key, mail text)";
    expect((await checkedErasing(await open({ schema, map }))).join("\n")).toMatch(
      /^theirs\.papers: is kept until so long after closing, and nothing in it leads to people/,
    );
  });

  it("is named by the check where a second system knows people by their address only", async () => {
    const [id, mail] = [["integer", { pk: true }] satisfies Column, ["text", { identity: "email" }] satisfies Column];
    const columns = { id, mail, closed: "timestamptz" };
    const ignored = (name: string) => ({ ignore_schemas: [{ name, reason: "Another system" }] });
    const home = JSON.parse(
      mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" }, ...ignored("billing") }, [
        collection("people", {}, columns),
      ]),
    );
    const billing = JSON.parse(
      mapOf(
        ignored("public"),
        [
          collection("bills", { retention: "work-orders", erasure: keep }, columns),
          collection("visits", { retention: "usage", since: "closed", erasure: { ...keep, until: "usage" } }, columns),
        ],
        "billing",
      ),
    );
    billing.dataset[0].fides_key = "billing";
    const map = JSON.stringify({ dataset: [...home.dataset, ...billing.dataset] });
    const table = "(id int primary key, mail text, closed timestamptz)";
    const schema = `create schema billing; create table people ${table}; create table billing.bills ${table}; create table billing.visits ${table}`;
    expect(await checkedErasing(await open({ schema, map }))).toEqual([
      expect.stringMatching(
        /^billing\.bills: is kept until so long after closing, and nobody has an account in billing/,
      ),
    ]);
  });

  it("names the key or the holder that is missing where the map has a reference", async () => {
    const people = (refs: ReturnType<typeof to>[] = []) =>
      collection(
        "people",
        {},
        {
          ...{
            id: ["integer", { pk: true, refs }],
            no: "integer",
            mail: ["text", { identity: "email" }],
            closed: "timestamptz",
          },
        },
      );
    const bills = (field: Column) =>
      collection("bills", { retention: "work-orders", erasure: keep }, { person: field });
    const schema = (key = "") =>
      `create table people (id int primary key, no int, mail text, closed timestamptz); create table bills (person int${key})`;
    const person = { collection: "people", id: "id", email: "mail", closed: "closed" };
    const byNumber = mapOf({ person }, [
      people(),
      bills(["integer", { refs: [from("people.no", { role: "owner" })] }]),
    ]);
    expect((await checkedErasing(await open({ schema: schema(), map: byNumber }))).join("\n")).toBe(
      "theirs.bills: is kept until so long after closing, and it leads to people by people.no, which is neither a key nor unique, so nobody would know when that is; make that unique, give it another reference, or keep it for a class that counts from creation",
    );
    const byKey = mapOf({ person }, [people([to("bills.person")]), bills(["integer", { pk: true }])]);
    expect((await checkedErasing(await open({ schema: schema(" primary key"), map: byKey }))).join("\n")).toMatch(
      /^theirs\.bills: is kept .*, and the reference between it and people is taken to be held there, so nobody would know when that is; say `holder` of it/,
    );
  });

  it("a dry run counts accounts where they are: people whose company goes on among the people", async () => {
    const platform = await trial({ type: "timestamptz", map: "timestamptz" });
    await platform.client.query("update public.people set closed = '2026-01-01' where id = 3");
    const ctx = systemCtx("test", () => Temporal.Instant.from("2026-06-01T00:00:00Z"));
    const sweepId = (await startPreview(ctx))?.id ?? "";
    await previewSweep(ctx, { sweepId }, { map: platform.map });
    const runs = await sweepById(ctx, sweepId);
    const counted = runs.map(({ rule, collection: one, accounts }) => [rule, one, accounts]);
    expect(counted.filter(([rule]) => rule === "account")).toEqual([
      ["account", "companies", 0],
      ["account", "people", 1],
    ]);
  });

  it("is counted from a closing time that is there, also by an erasure that comes again", async () => {
    const platform = await trial({ type: "timestamptz", map: ["timestamptz", { erasure: "now" }] });
    await platform.client.query("update public.companies set closed = '2024-03-31T10:00:00Z' where id = 1");
    expect(endOf(await receiptOf(platform, "1", "1"), "orders").toString()).toBe("2031-03-31T10:00:00Z");
    const subject = { platformUserId: "1", platformCompanyId: "1" };
    await eraseSubject({ map: platform.map, subject, scope: "company", proven: true });
    const { rows } = await platform.client.query("select id, closed, name from public.companies order by 1");
    expect(rows).toEqual([
      { id: 1, closed: new Date("2024-03-31T10:00:00Z"), name: null },
      { id: 2, closed: null, name: "Two" },
    ]);
  });
});

it.each(["month", "keep"])("R14: kept rows that go by their age: the check on `erasure: %s` of it", async (erasure) => {
  const id = ["integer", { pk: true }] satisfies Column;
  const map = mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
    collection("people", {}, { id, mail: "text", closed: "timestamptz" }),
    collection(
      "bills",
      { retention: "communication", since: "made", erasure: { ...keep, until: "communication" } },
      { id, person: ["integer", { refs: [from("people.id")] }], made: ["date", { erasure }] },
    ),
  ]);
  const schema = `create table people (id int primary key, mail text, closed timestamptz);
    create table bills (id int primary key, person int, made date)`;
  expect(await checkedErasing(await open({ schema, map }))).toEqual(
    erasure === "keep" ? [] : [expect.stringMatching(/^theirs\.bills\.made: `erasure: month` .* go early, or never/)],
  );
});
