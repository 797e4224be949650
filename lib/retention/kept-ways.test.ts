import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checkedErasing, everything, strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { eraseSubject, previewErasure } from "../erasure/erase-subject";
import { runSweep } from "./run-sweep";

// A sale belongs to a buyer, and a buyer to an account or to none, as a guest. Sales are kept for seven years after the account's end:
// the buyer is emptied before, and its link leads there from the account.

const database = testDatabase();
const open = strangerPerTest();
afterEach(async () => {
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries`;
});

const id: [string, { pk: true }] = ["integer", { pk: true }];
const link = (field: string): [string, { refs: Record<string, unknown>[] }] => ["integer", { refs: [from(field)] }];
const keep = { action: "keep", ground: "Tax law", until: "work-orders" };
const schemaOf = (account: string) => `
create table firms (id int primary key, name text, closed timestamptz);
create table members (id int primary key, email text, closed timestamptz, firm_id int references firms, role text);
create table buyers (id int primary key, account_id int references ${account}, words text);
create table sales (id int primary key, buyer_id int not null references buyers, words text);
insert into firms values (1, 'zebra'), (2, 'lasting');
insert into members values (1, 'zebra@z.example', null, 1, 'owner'), (2, 'lasting@x.example', null, 2, 'owner');
insert into buyers values (11, 1, 'zebra'), (12, 2, 'lasting'), (13, null, 'a guest');
insert into sales values (21, 11, 'kept of her'), (22, 12, 'lasting'), (23, 13, 'of a guest');`;
const ofPersons = mapOf({ person: { collection: "members", id: "id", email: "email", closed: "closed" } }, [
  collection("members", {}, { id, email: "text", closed: "timestamp with time zone" }),
  collection("buyers", {}, { id, account_id: link("members.id"), words: "text" }),
  collection("sales", { retention: "work-orders", erasure: keep }, { id, buyer_id: link("buyers.id"), words: "text" }),
]);
const ofFirms = (erasure: unknown) =>
  mapOf(
    {
      person: {
        collection: "members",
        id: "id",
        email: "email",
        closed: "closed",
        company: "firm_id",
        owner: { field: "role", is: ["owner"] },
      },
      company: { collection: "firms", id: "id", closed: "closed" },
    },
    [
      collection("firms", { scope: "company" }, { id, name: "text", closed: "timestamp with time zone" }),
      collection(
        "members",
        { scope: "both" },
        { id, email: "text", closed: "timestamp with time zone", firm_id: link("firms.id"), role: "text" },
      ),
      collection("buyers", { scope: "company" }, { id, account_id: link("firms.id"), words: "text" }),
      collection(
        "sales",
        { scope: "company", retention: "work-orders", erasure },
        { id, buyer_id: link("buyers.id"), words: "text" },
      ),
    ],
  );

async function tried(map: string, account: string) {
  const { map: read, client } = await open({ schema: schemaOf(account), map });
  const found = async (words: RegExp) => (await everything(client)).filter((row) => words.test(row));
  const sweepAt = (at: string) =>
    runSweep(
      systemCtx("test", () => Temporal.Instant.from(at)),
      { map: read, watch: false },
    );
  return { read, client, found, sweepAt };
}

describe("what is kept until years after an account's end goes then", () => {
  it.each([
    ["person", "members", ofPersons],
    ["company", "firms", ofFirms(keep)],
  ] as const)("when an erasure emptied what leads there (%s scope)", async (scope, account, map) => {
    const { read, found, sweepAt } = await tried(map, account);
    const order = { map: read, subject: { platformUserId: "1", platformCompanyId: "1" }, scope };
    const foreseen = await previewErasure(order);
    expect(await eraseSubject(order)).toEqual(foreseen);
    expect(await found(/kept of her/)).toHaveLength(1);
    expect((await found(/zebra/)).filter((row) => scope === "company" || !row.includes("firms"))).toEqual([]);
    await sweepAt("2040-01-01T00:00:00Z");
    expect(await found(/kept of her|buyers 11/)).toEqual([]);
    expect(await found(/lasting|guest/)).toHaveLength(6);
  });

  it.each([
    ["person", "members", ofPersons],
    ["company", "firms", ofFirms(keep)],
    ["company, in a longer class alone", "firms", ofFirms("delete")],
  ])("when a sweep ended the account before (%s)", async (_, account, map) => {
    const { client, found, sweepAt } = await tried(map, account);
    await client.query(`update public.${account} set closed = '2026-01-01' where id = 1`);
    await sweepAt("2026-06-01T00:00:00Z");
    expect(await found(/kept of her/)).toHaveLength(1);
    expect(await found(/buyers 11.*zebra/)).toEqual([]);
    await sweepAt("2040-01-01T00:00:00Z");
    expect(await found(/kept of her|buyers 11/)).toEqual([]);
  });

  it("unless the map makes what leads there anonymous, which the check names until the link is kept", async () => {
    const made = (rule: Record<string, unknown>) =>
      mapOf({ person: { collection: "members", id: "id", email: "email", closed: "closed" } }, [
        collection("members", {}, { id, email: "text", closed: "timestamp with time zone" }),
        collection(
          "buyers",
          { erasure: "anonymise" },
          { id, account_id: ["integer", { refs: [from("members.id")], ...rule }], words: "text" },
        ),
        collection(
          "sales",
          { retention: "work-orders", erasure: keep },
          { id, buyer_id: link("buyers.id"), words: "text" },
        ),
      ]);
    const said = async (map: string) => checkedErasing(await open({ schema: schemaOf("members"), map }));
    expect(await said(ofPersons)).toEqual([]);
    expect(await said(made({}))).toEqual([
      expect.stringMatching(/^theirs\.sales: is kept until .* it leads to members over buyers alone, .* anonymous/),
    ]);
    const kept = made({ erasure: "keep" });
    expect(await said(kept)).toEqual([]);
    const { read, found, sweepAt } = await tried(kept, "members");
    await eraseSubject({ map: read, subject: { platformUserId: "1", platformCompanyId: null }, scope: "person" });
    await sweepAt("2040-01-01T00:00:00Z");
    expect(await found(/kept of her/)).toEqual([]);
  });

  describe("beside rows that are made anonymous and lead there too", () => {
    const made = (erasure: unknown, rule: Record<string, unknown>) =>
      mapOf({ person: { collection: "members", id: "id", email: "email", closed: "closed" } }, [
        collection("members", {}, { id, email: "text", closed: "timestamp with time zone" }),
        collection("buyers", { erasure: "anonymise" }, { id, account_id: link("members.id"), words: "text" }),
        collection(
          "sales",
          { retention: "work-orders", erasure },
          {
            ...{ id, words: "text", seller: link("members.id") },
            buyer_id: ["integer", { refs: [from("buyers.id", rule)] }],
          },
        ),
      ]);
    const schema = `${schemaOf("members")} alter table sales add seller int; update sales set seller = id - 20 where id < 23;`;

    it.each([
      ["an erasure", keep],
      ["a sweep, in a longer class alone", "delete"],
    ])("by %s, which the check names until they only mention them", async (how, erasure) => {
      const said = async (map: string) => checkedErasing(await open({ schema, map }));
      expect(await said(made(erasure, {}))).toEqual([
        expect.stringMatching(/^theirs\.sales: rows of buyers lead to it too, .* `role: mentions` .* from buyers/),
      ]);
      const map = made(erasure, { role: "mentions" });
      expect(await said(map)).toEqual([]);
      const { map: read, client } = await open({ schema, map });
      const order = { map: read, subject: { platformUserId: "1", platformCompanyId: null }, scope: "person" as const };
      if (how === "an erasure") for (const _ of [1, 2]) await eraseSubject(order);
      else await client.query("update public.members set closed = '2026-01-01' where id = 1");
      const sales = async (at: string) => {
        await runSweep(
          systemCtx("test", () => Temporal.Instant.from(at)),
          { map: read, watch: false },
        );
        return (await everything(client)).filter((row) => /sales 21/.test(row));
      };
      expect(await sales("2027-06-01T00:00:00Z")).toEqual(["public.sales 21|11|kept of her|1"]);
      expect(await sales("2040-01-01T00:00:00Z")).toEqual([]);
    });
  });

  describe("of a company by its people, when one of them left before it", () => {
    const map = (erasure: unknown) =>
      mapOf(
        {
          person: {
            ...{ collection: "members", id: "id", email: "email", closed: "closed", company: "firm_id" },
            owner: { field: "role", is: ["owner"] },
          },
          company: { collection: "firms", id: "id", closed: "closed" },
        },
        [
          collection("firms", { scope: "company" }, { id, name: "text", closed: "timestamp with time zone" }),
          collection(
            "members",
            { scope: "both", company: "firm_id" },
            { id, email: "text", closed: "timestamp with time zone", firm_id: link("firms.id"), role: "text" },
          ),
          collection("buyers", { scope: "both" }, { id, account_id: link("members.id"), words: "text" }),
          collection(
            "sales",
            { scope: "both", retention: "work-orders", erasure },
            { id, buyer_id: link("buyers.id"), words: "text" },
          ),
        ],
      );

    it.each([
      ["was erased", keep],
      ["was ended by a sweep", keep],
      ["was ended by a sweep, in a longer class alone", "delete"],
    ])("%s", async (how, erasure) => {
      const { read, client, found, sweepAt } = await tried(map(erasure), "members");
      await client.query(`insert into public.members values (3, 'zebra@y.example', '2026-01-01', 1, 'staff');
        update public.buyers set account_id = 3 where id = 11`);
      const subject = { platformUserId: "3", platformCompanyId: null };
      if (how === "was erased") await eraseSubject({ map: read, subject, scope: "person" });
      else await sweepAt("2026-06-01T00:00:00Z");
      expect(await found(/members 3|buyers 11|kept of her/)).toEqual([
        "public.buyers 11|3|~",
        "public.members 3|~|2026-01-01 00:00:00+00|1|~",
        "public.sales 21|11|kept of her",
      ]);
      await client.query("update public.firms set closed = '2027-01-01' where id = 1");
      await sweepAt("2027-06-01T00:00:00Z");
      expect(await found(/kept of her/)).toHaveLength(1);
      await sweepAt("2040-01-01T00:00:00Z");
      expect(await found(/kept of her|buyers 11|members 3|zebra/)).toEqual([]);
      expect(await found(/lasting|guest/)).toHaveLength(6);
    });

    it("and nothing of it stays where the company keeps nothing of theirs", async () => {
      const { read, client, found } = await tried(map(keep), "members");
      await client.query("insert into public.members values (3, 'zebra@y.example', null, 1, 'staff')");
      const subject = { platformUserId: "3", platformCompanyId: null };
      await eraseSubject({ map: read, subject, scope: "person" });
      expect(await found(/members 3/)).toEqual([]);
    });
  });
});
