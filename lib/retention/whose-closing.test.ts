import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { makeStaff } from "@/test/people";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, checkedErasing, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { eraseByCommand } from "../erasure/erase-by-command";
import type { Receipt } from "../erasure/receipt";
import { newId } from "../ids";
import { sweepById } from "./queries";
import { runSweep } from "./run-sweep";

// Which account's closing ends rows of a person, and the end of which class: receipts and sweeps say and do the same.

const database = testDatabase();
const open = strangerPerTest();
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tc-whose-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries, legal_holds`;
});

type Columns = Parameters<typeof collection>[2];
type Rule = Parameters<typeof collection>[1];
const id = ["integer", { pk: true }] satisfies Columns[string];
const keep = { action: "keep", ground: "Tax law", until: "work-orders" };
const email = ["text", { identity: "email", follow: true }] satisfies Columns[string];
const link = (field: string): Columns[string] => ["integer", { refs: [from(field)] }];
const person = { collection: "members", id: "id", email: "email", closed: "closed" };

/** A platform without companies, with something of each member. */
const alone = (name: string, rule: Rule, members: Rule = {}, closed = "timestamptz") =>
  mapOf({ person }, [
    collection("members", members, { id, email, closed }),
    collection(name, rule, { id, member_id: link("members.id"), words: "text" }),
  ]);
const aloneSchema = (name: string) => `create table members (id int primary key, email text, closed timestamptz);
  create table ${name} (id int primary key, member_id int not null, words text);
  insert into members values (1, 'zebra@x.example', null), (2, 'lasting@x.example', null);
  insert into ${name} values (1, 1, 'zebra'), (2, 2, 'lasting');`;

/** One with firms: two members of the first, and one of another. */
const firms = (name: string, rule: Rule, more: Columns = {}, firm: Rule = {}, others: unknown[] = []) =>
  mapOf(
    {
      person: { ...person, company: "firm_id", owner: { field: "role", is: ["owner"] } },
      company: { collection: "firms", id: "id", closed: "closed" },
    },
    [
      collection("firms", { scope: "company", ...firm }, { id, name: "text", closed: "timestamptz" }),
      collection(
        "members",
        { scope: "both", company: "firm_id" },
        { id, email, closed: "timestamptz", firm_id: link("firms.id"), role: "text" },
      ),
      collection(name, rule, { id, member_id: link("members.id"), words: "text", ...more }),
      ...others,
    ],
  );
const firmsSchema = (
  name: string,
  more = "",
) => `create table firms (id int primary key, name text, closed timestamptz);
  create table members (id int primary key, email text, closed timestamptz, firm_id int, role text);
  create table ${name} (id int primary key, member_id int not null, words text${more});
  insert into firms values (1, 'one'), (2, 'lasting');
  insert into members values (1, 'zebra@x.example', null, 1, 'x'), (2, 'own@x.example', null, 1, 'owner'), (3, 'lasting@x.example', null, 2, 'owner');
  insert into ${name} values (1, 1, 'zebra'), (2, 2, 'own'), (3, 3, 'lasting');`;

async function sweep({ map }: Opened, at: string) {
  let sweepId = "";
  const ctx = systemCtx("test", () => Temporal.Instant.from(at));
  await runSweep(ctx, { map, watch: false, begun: (one) => (sweepId = one) });
  return sweepById(ctx, sweepId);
}
async function receiptEnd({ map }: Opened, name: string, company: string | null = null) {
  const file = join(folder, "receipt.json");
  const subject = { platformUserId: "1", platformCompanyId: company };
  await eraseByCommand({ map, subject, scope: "person" }, { file, isTrial: true, say: () => {} });
  const receipt: Receipt = JSON.parse(await readFile(file, "utf8")).receipt;
  return receipt.systems[0]?.collections.find((one) => one.name === name)?.until?.endsAt;
}
const idsOf = async ({ client }: Opened, table: string): Promise<number[]> =>
  (await client.query<{ id: number }>(`select id from public.${table} order by 1`)).rows.map((row) => row.id);
async function sound(given: { schema: string; map: string }): Promise<Opened> {
  const platform = await open(given);
  expect([...(await checked(platform.map)), ...(await checkedErasing(platform))]).toEqual([]);
  return platform;
}

describe("a member's own rows end with the member, the others with the company", () => {
  const letters = { scope: "person", retention: "work-orders", erasure: keep };
  const platform = () => sound({ schema: firmsSchema("letters"), map: firms("letters", letters) });

  it.each([
    ["who was closed four years after it", "2020-01-01", "2024-01-01", "2031-01-01T00:00:00Z"],
    ["who was closed four years before it", "2024-01-01", "2020-01-01", "2027-01-01T00:00:00Z"],
  ])("%s, as the receipt says", async (_, company, member, end) => {
    const one = await platform();
    await one.client.query(`update public.members set closed = '${member}' where id = 1`);
    expect(await receiptEnd(one, "letters", "1")).toBe(end);
    await one.client.query(`update public.firms set closed = '${company}' where id = 1`);
    // Due for the account's class, and the earlier of the two for the longer one as well.
    await sweep(one, "2026-06-01T00:00:00Z");
    expect(await idsOf(one, "letters")).toEqual([1, 2, 3]);
    const before = Temporal.Instant.from(end).subtract({ seconds: 1 });
    await sweep(one, before.toString());
    expect(await idsOf(one, "letters")).toContain(1);
    await sweep(one, end);
    expect(await idsOf(one, "letters")).not.toContain(1);
    // Whoever had no closing time of their own went with the company.
    await sweep(one, "2031-03-01T00:00:00Z");
    expect(await everything(one.client)).toEqual([
      "public.firms 2|lasting|~",
      "public.letters 3|3|lasting",
      "public.members 3|lasting@x.example|~|2|owner",
    ]);
  });

  it("counts none of theirs as held, and comes back for what of the company waited for them", async () => {
    const one = await platform();
    await one.client.query(
      "update public.firms set closed = '2026-01-01' where id = 1; update public.members set closed = '2026-03-01' where id = 1",
    );
    const runs = await sweep(one, "2026-04-15T00:00:00Z");
    expect(await idsOf(one, "members")).toEqual([1, 2, 3]);
    expect(runs.find((run) => run.collection === "members")).toMatchObject({ held: 0 });
    const { rows } = await one.client.query("select email from public.members where id = 1");
    expect(rows).toEqual([{ email: "zebra@x.example" }]);
    expect(
      (await one.client.query("select closed::text from public.members where id = 2")).rows,
      "a stub of somebody who was open counts from the company's closing",
    ).toEqual([{ closed: "2026-01-01 00:00:00+00" }]);
  });

  it("somebody who came later to a company that is done, and was closed, ends too", async () => {
    const rule = { retention: "work-orders" };
    const one = await sound({ schema: firmsSchema("letters"), map: firms("letters", {}, {}, rule) });
    await one.client.query("update public.firms set closed = '2024-01-01' where id = 1");
    await sweep(one, "2025-06-01T00:00:00Z");
    expect(await idsOf(one, "members")).toEqual([3]);
    await one.client.query("insert into public.members values (9, 'late@x.example', '2025-07-01', 1, 'x')");
    await sweep(one, "2025-09-28T23:59:59Z");
    expect(await idsOf(one, "members")).toEqual([3, 9]);
    await sweep(one, "2025-09-29T00:00:00Z");
    expect(await idsOf(one, "members")).toEqual([3]);
  });

  it("how old the people's rows are counts from their closing, also while their company goes on", async () => {
    const one = await platform();
    await one.client.query("update public.members set closed = '2020-01-01' where id = 1");
    const [asked, set] = [await makeStaff("officer"), await makeStaff("officer")];
    await database.sql`
      insert into legal_holds (id, scope, platform_user_id, ground, note, requested_by, requested_at, set_by, set_at)
      values (${newId()}, 'person', '1', 'legal-claim', '\\x00', ${asked.staffId}, '2026-05-01', ${set.staffId}, '2026-05-01')`;
    const runs = await sweep(one, "2026-06-01T00:00:00Z");
    const of = (name: string) => runs.find((run) => run.collection === name);
    expect(of("members")).toMatchObject({ held: 1 });
    expect([of("members")?.oldest?.toString(), of("members")?.ages?.[0]]).toEqual(["2020-01-01T00:00:00Z", 1]);
    expect(of("firms")?.oldest).toBeNull();
  });
});

describe("what is of somebody in no company ends with their account", () => {
  const rule = { scope: "both", retention: "work-orders", erasure: keep };

  it.each([
    ["who never was in one", "null"],
    ["whose company has no row", "99"],
  ])("%s, as the receipt says", async (_, firm) => {
    const one = await sound({ schema: firmsSchema("jobs"), map: firms("jobs", rule) });
    await one.client.query(`update public.members set firm_id = ${firm}, closed = '2026-01-01' where id = 1`);
    expect(await receiptEnd(one, "jobs")).toBe("2033-01-01T00:00:00Z");
    await sweep(one, "2032-12-31T23:59:59Z");
    expect(await idsOf(one, "jobs")).toEqual([1, 2, 3]);
    await sweep(one, "2033-01-01T00:00:00Z");
    expect([await idsOf(one, "jobs"), await idsOf(one, "members")]).toEqual([
      [2, 3],
      [2, 3],
    ]);
  });

  it("but not what says a company that is there, nor what hangs on one otherwise", async () => {
    const one = await sound({
      schema: `${firmsSchema("jobs", ", firm_id int")} create table hours (id int primary key, job_id int, member_id int not null);
        update members set firm_id = null, closed = '2026-01-01' where id = 1;
        update jobs set firm_id = 2; insert into jobs values (4, 1, 'zebra', null), (5, 1, 'zebra', 99); insert into hours values (1, 1, 1)`,
      map: firms("jobs", { ...rule, company: "firm_id" }, { firm_id: "integer" }, {}, [
        collection("hours", rule, {
          ...{ id, member_id: link("members.id") },
          job_id: ["integer", { refs: [from("jobs.id", { scope: "company" })] }],
        }),
      ]),
    });
    await sweep(one, "2040-01-01T00:00:00Z");
    expect([await idsOf(one, "jobs"), await idsOf(one, "hours")]).toEqual([[1, 2, 3], [1]]);
    await one.client.query("update public.firms set closed = '2040-01-01' where id = 2");
    await sweep(one, "2047-01-01T00:00:00Z");
    expect([await idsOf(one, "jobs"), await idsOf(one, "firms")]).toEqual([[], [1]]);
  });
});

describe("the class whose end ends it", () => {
  it.each([
    ["deleted", { retention: "work-orders" }, {}],
    ["made anonymous by an erasure", { retention: "work-orders", erasure: "anonymise" }, {}],
    ["of a shorter class than the account's", { retention: "account" }, { retention: "work-orders" }],
  ])("is each one of what is a person's alone: %s", async (_, rule, members) => {
    const one = await sound({ schema: aloneSchema("jobs"), map: alone("jobs", rule, members) });
    await one.client.query("update public.members set closed = '2019-01-01' where id = 1");
    const [first, last] = ["2019-04-01T00:00:00Z", "2026-01-01T00:00:00Z"];
    await sweep(one, first);
    expect(await idsOf(one, "jobs")).toEqual(rule.retention === "account" ? [2] : [1, 2]);
    await sweep(one, last);
    expect(await everything(one.client)).toEqual(["public.jobs 2|2|lasting", "public.members 2|lasting@x.example|~"]);
  });

  it("is that of the rows where an erasure kept them until a shorter one's", async () => {
    const rule = { retention: "work-orders", erasure: { ...keep, until: "account" } };
    const one = await sound({ schema: aloneSchema("sales"), map: alone("sales", rule) });
    await one.client.query("update public.members set closed = '2026-01-01' where id = 1");
    expect(await receiptEnd(one, "sales")).toBe("2033-01-01T00:00:00Z");
    await sweep(one, "2032-12-31T23:59:59Z");
    expect(await idsOf(one, "sales")).toEqual([1, 2]);
    await sweep(one, "2033-01-01T00:00:00Z");
    expect(await idsOf(one, "sales")).toEqual([2]);
  });

  it("is what an erasure of a person kept it until, also where the company's rule does not", async () => {
    const rule = { scope: "both", company: "firm_id", erasure: { person: keep, company: "delete" } };
    const one = await sound({
      schema: `${firmsSchema("jobs", ", firm_id int")} update jobs j set firm_id = m.firm_id from members m where m.id = j.member_id;
        update firms set closed = '2026-11-01' where id = 1`,
      map: firms("jobs", rule, { firm_id: "integer" }),
    });
    expect(await receiptEnd(one, "jobs", "1")).toBe("2033-11-01T00:00:00Z");
    await sweep(one, "2033-10-31T23:59:59Z");
    expect(await idsOf(one, "jobs")).toEqual([1, 2, 3]);
    await sweep(one, "2033-11-01T00:00:00Z");
    expect(await idsOf(one, "jobs")).toEqual([3]);
  });

  it("counts from the end of the day where the platform knows no hour of the closing", async () => {
    const schema = `${aloneSchema("sales")} alter table members alter closed type date; update members set closed = '2026-01-01' where id = 1`;
    const one = await sound({ schema, map: alone("sales", { erasure: keep, retention: "work-orders" }, {}, "date") });
    await sweep(one, "2026-04-01T23:59:59Z");
    const emails = async () => (await one.client.query("select email from public.members order by id")).rows;
    expect(await emails()).toEqual([{ email: "zebra@x.example" }, { email: "lasting@x.example" }]);
    await sweep(one, "2026-04-02T00:00:00Z");
    expect(await emails()).toEqual([{ email: null }, { email: "lasting@x.example" }]);
    expect(await receiptEnd(one, "sales")).toBe("2033-01-02T00:00:00Z");
    await sweep(one, "2033-01-01T23:59:59Z");
    expect(await idsOf(one, "sales")).toEqual([1, 2]);
    await sweep(one, "2033-01-02T00:00:00Z");
    expect(await idsOf(one, "sales")).toEqual([2]);
  });

  it("counts from closing, like the rows' own: the check names what is kept until one that counts from creation", async () => {
    const rule = { erasure: { ...keep, until: "communication" } };
    const one = await open({ schema: aloneSchema("letters"), map: alone("letters", rule) });
    expect(await checkedErasing(one)).toEqual([
      "theirs.letters: is kept until the end of communication, which counts from creation, and its own class, account, from an account's closing, so no sweep ends it; keep it until a class that counts from closing, or give it one that counts from creation",
    ]);
  });
});
