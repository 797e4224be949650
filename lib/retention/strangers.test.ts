import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { forum } from "@/test/strangers/forum";
import { hospital } from "@/test/strangers/hospital";
import { collection, from, mapOf, type Stranger, to } from "@/test/strangers/shape";
import { shop } from "@/test/strangers/shop";
import { everything, strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { previewSweep, startPreview } from "./preview-sweep";
import { sweepById } from "./queries";
import { runSweep } from "./run-sweep";
import { relationsOf, startWalk } from "./walk";

// Times that are days, numbers or words; partitions within partitions; views that keep rows.

const database = testDatabase();
const open = strangerPerTest();

afterEach(async () => {
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries`;
});

async function swept(stranger: Stranger, more = "") {
  const { map, client } = await open(stranger);
  if (more) await client.query(more);
  const before = await everything(client);
  const at = Temporal.Instant.from(stranger.sweptAt ?? "2026-06-01T12:00:00Z");
  const sweep = () =>
    runSweep(
      systemCtx("test", () => at),
      { map, watch: false },
    );
  await sweep();
  const after = await everything(client);
  return { before, after, client, sweep };
}

describe("a sweep of a database that nobody here designed", () => {
  it("counts milliseconds since 1970 to the second, in nested partitions, and nothing else changes", async () => {
    const { before, after } = await swept(shop);
    // Two years before 2026-06-01T12:00:00Z is 1717243200000.
    expect(after.filter((row) => row.includes("aged"))).toEqual([]);
    expect(before.filter((row) => !row.includes("aged") && !after.includes(row))).toEqual([]);
  });

  it("ends an account that was closed in milliseconds, and refreshes what a materialised view kept of it", async () => {
    const { after } = await swept(shop, "update public.customer set closed_ms = 1700000000000 where id = 1");
    expect(after.filter((row) => /zebra/i.test(row) && !/visit_new/.test(row))).toEqual([]);
    expect(after.some((row) => row.startsWith("public.best_customers") && row.includes("lasting"))).toBe(true);
  });

  it("takes what is due of a table whose partitions have partitions", async () => {
    const { before, after } = await swept(
      forum,
      "delete from public.likes; update public.posts set created_at = '2022-01-01' where id = 103",
    );
    const gone = before.filter((row) => !after.includes(row)).map((row) => row.split("|")[0]);
    expect(gone.some((row) => row?.includes("posts_1_old"))).toBe(true);
    expect(gone.some((row) => row?.includes("posts_2 103"))).toBe(true);
    expect(after.some((row) => row.includes("an answer"))).toBe(true);
  });

  it("counts a day from its end", async () => {
    const { after } = await swept(
      hospital,
      "delete from billing.claim_note; update billing.claim set filed = '2023-06-01' where id = 'K2'; update billing.claim set filed = '2023-05-31' where id = 'K1'",
    );
    expect(after.filter((row) => row.startsWith("billing.claim ")).map((row) => row.split(/[ |]/)[1])).toEqual(["K2"]);
  });

  it("R14: counts a day that stands in words from its end as well, of a row as of a closing", async () => {
    const id: [string, { pk: true }] = ["integer", { pk: true }];
    const stranger = (sweptAt: string) => ({
      ...{ name: "days in words", person: "1", sweptAt },
      schema: `create table people (id int primary key, mail text, closed text); insert into people values (1, 'a@x.example', null), (2, 'b@x.example', '2026-03-03');
        create table notes (id int primary key, person int, made text);
        insert into notes values (1, 1, '2024-06-01'), (2, 1, ' 2024-06-01 '), (3, 1, '2024-06-01 23:59:59'), (4, 1, '2024-05-31'), (5, 1, '2024-02-30'), (6, 1, '1970-01-01')`,
      map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
        collection("people", {}, { id, mail: "text", closed: ["text", { time: "text" }] }),
        collection(
          "notes",
          { retention: "usage", since: "made" },
          { id, person: ["integer", { refs: [from("people.id")] }], made: ["text", { time: "text" }] },
        ),
      ]),
    });
    const ids = (rows: string[], table: string) =>
      rows.filter((row) => row.includes(table)).map((row) => Number(/ (\d+)/.exec(row)?.[1]));
    // Both are over with 1 June 2026.
    const before = await swept(stranger("2026-06-01T23:59:58Z"));
    expect(ids(before.after, "notes")).toEqual([1, 2, 3, 5, 6]);
    expect(ids(before.after, "people")).toEqual([1, 2]);
    const { after } = await swept(stranger("2026-06-02T00:00:00Z"));
    expect(ids(after, "notes")).toEqual([5, 6]);
    expect(ids(after, "people")).toEqual([1]);
  });

  it("does not wait for a row of an heir, which is a collection of its own, as if it were one of the table above", async () => {
    const aging = { retention: "usage", since: "made" };
    const fields = {
      id: ["integer", { pk: true }],
      person: ["integer", { refs: [from("people.id")] }],
      made: "timestamptz",
      doc: ["integer", { refs: [to("docs.id", { role: "mentions" })] }],
    } satisfies Parameters<typeof collection>[2];
    const { doc, ...plain } = fields;
    const { after } = await swept({
      ...{ name: "heirs", person: "1", sweptAt: "2026-06-01T12:00:00Z" },
      schema: `create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'a@x.example');
        create table docs (id int primary key, person int, made timestamptz);
        create table notes (id int primary key, person int, made timestamptz, doc int); create table pins () inherits (notes); alter table pins add primary key (id);
        insert into docs values (1, 1, '2020-01-01'), (2, 1, '2020-01-01'); insert into notes values (1, 1, '2026-01-01', 2); insert into pins values (2, 1, '2026-01-01', 1)`,
      map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
        collection(
          "people",
          {},
          { id: ["integer", { pk: true }], mail: ["text", { identity: "email", follow: true }], closed: "timestamptz" },
        ),
        collection("docs", aging, plain),
        collection(
          "notes",
          { only: true, ...aging },
          { ...fields, doc: ["integer", { refs: doc[1].refs, erasure: "keep" }] },
        ),
        collection("pins", aging, fields),
      ]),
    });
    expect(after.filter((row) => /docs|notes|pins/.test(row))).toEqual([
      "public.docs 2|1|2020-01-01 00:00:00+00",
      "public.notes 1|1|2026-01-01 00:00:00+00|2",
      "public.pins 2|1|2026-01-01 00:00:00+00|~",
    ]);
  });

  it("says nothing to a table of which nothing is due: what guards whole statements would refuse it every night", async () => {
    const { before, after, client, sweep } = await swept({
      ...{ name: "ledger", person: "1", sweptAt: "2026-06-01T12:00:00Z" },
      schema: `create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'a@x.example');
        create table facts (id int primary key, person int, made timestamptz); insert into facts values (1, 1, '2026-01-01');
        create function refuses() returns trigger language plpgsql as $$ begin raise exception 'append only'; end $$;
        create trigger refuses before update or delete or truncate on facts for each statement execute function refuses()`,
      map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
        collection("people", {}, { id: ["integer", { pk: true }], mail: "text", closed: "timestamptz" }),
        collection(
          "facts",
          { retention: "usage", since: "made" },
          {
            id: ["integer", { pk: true }],
            person: ["integer", { refs: [from("people.id")] }],
            made: "timestamptz",
          },
        ),
      ]),
    });
    expect(after).toEqual(before);
    await client.query(
      "alter table public.facts disable trigger user; update public.facts set made = '2020-01-01'; alter table public.facts enable trigger user",
    );
    await expect(sweep()).rejects.toThrow("theirs.facts: the database refused (P0001)");
  });

  it("waits for a row that needs another one's time, and not for one that needs another year's", async () => {
    const aging = { retention: "usage", since: "made" };
    const fields = {
      valid: ["daterange", { pk: true }],
      person: ["integer", { refs: [from("people.id")] }],
      made: "timestamptz",
    } satisfies Parameters<typeof collection>[2];
    const { after } = await swept({
      ...{ name: "periods", person: "1", sweptAt: "2026-06-01T12:00:00Z" },
      schema: `create extension btree_gist; create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'a@x.example');
        create table rates (id int, valid daterange, person int, made timestamptz, primary key (id, valid without overlaps));
        create table stays (room int, valid daterange, person int, made timestamptz, primary key (room, valid without overlaps),
          foreign key (room, period valid) references rates (id, period valid));
        insert into rates values (7, '[2020-01-01,2021-01-01)', 1, '2020-01-01'), (7, '[2021-01-01,2022-01-01)', 1, '2020-01-01');
        insert into stays values (7, '[2021-03-01,2021-04-01)', 1, '2026-01-01')`,
      map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
        collection("people", {}, { id: ["integer", { pk: true }], mail: "text", closed: "timestamptz" }),
        collection("rates", aging, { id: ["integer", { pk: true }], ...fields }),
        collection("stays", aging, { room: ["integer", { pk: true }], ...fields }),
      ]),
    });
    expect(after.filter((row) => /rates|stays/.test(row))).toEqual([
      "public.rates 7|[2021-01-01,2022-01-01)|1|2020-01-01 00:00:00+00",
      "public.stays 7|[2021-03-01,2021-04-01)|1|2026-01-01 00:00:00+00",
    ]);
  });

  it("takes the large objects of a partition that is over: no partition is dropped under a trigger that lets go of them", async () => {
    const scans = collection(
      "scans",
      { retention: "usage", since: "made" },
      {
        id: ["integer", { pk: true }],
        made: ["timestamptz", { pk: true }],
        person: ["integer", { refs: [from("people.id")] }],
        picture: "oid",
      },
    );
    const person = { collection: "people", id: "id", email: "mail", closed: "closed" };
    const people = collection(
      "people",
      {},
      { id: ["integer", { pk: true }], mail: ["text", { identity: "email", follow: true }], closed: "timestamptz" },
    );
    const { before, after } = await swept({
      ...{ name: "scans", person: "1", sweptAt: "2026-06-01T12:00:00Z" },
      schema: `create extension lo; create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'a@x.example');
        create table scans (id int, made timestamptz, person int, picture oid, primary key (id, made)) partition by range (made);
        create table scans_old partition of scans for values from (minvalue) to ('2022-01-01');
        create table scans_new partition of scans for values from ('2022-01-01') to (maxvalue);
        create trigger lets_go before update or delete on scans for each row execute function lo_manage(picture);
        insert into scans values (1, '2020-01-01', 1, lo_from_bytea(0, 'aged one')), (2, '2023-01-01', 1, lo_from_bytea(0, 'aged two')),
          (3, '2026-01-01', 1, lo_from_bytea(0, 'lasting'))`,
      map: mapOf({ person }, [people, scans]),
    });
    const objects = (rows: string[]) => rows.filter((row) => row.startsWith("large object"));
    expect(objects(before)).toEqual(["large object aged one", "large object aged two", "large object lasting"]);
    expect(objects(after)).toEqual(["large object lasting"]);
    expect(after.filter((row) => /scans/.test(row))).toHaveLength(1);
  });

  it("leaves what a lasting row leads to, in whatever letters the database takes for the same", async () => {
    const fields = { made: "timestamptz", person: ["integer", { refs: [from("people.id")] }] as [string, object] };
    const aging = { retention: "usage", since: "made" };
    const { after } = await swept({
      ...{ name: "other letters", person: "1", sweptAt: "2026-06-01T12:00:00Z" },
      schema: `create collation ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        create table people (id int primary key, mail text, closed text collate ci);
        insert into people values (1, 'a@x.example', 'no'), (2, 'b@x.example', '2020-01-01');
        create table posts (slug text collate ci primary key, made timestamptz, person int);
        insert into posts values ('hello', '2020-01-01', 1), ('bye', '2020-01-01', 1);
        create table likes (slug text collate ci not null, made timestamptz, person int); insert into likes values ('HELLO', '2026-01-01', 1)`,
      map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
        collection("people", {}, { id: ["integer", { pk: true }], mail: "text", closed: ["text", { time: "text" }] }),
        collection("posts", aging, { slug: ["text", { pk: true }], ...fields }),
        collection("likes", aging, { slug: ["text", { refs: [from("posts.slug", { role: "mentions" })] }], ...fields }),
      ]),
    });
    expect(after).toEqual([
      "public.likes HELLO|2026-01-01 00:00:00+00|1",
      "public.people 1|a@x.example|no",
      "public.posts hello|2020-01-01 00:00:00+00|1",
    ]);
  });
  it.each([
    ["timestamptz", {}, "'-infinity'", "'2022-01-01'", "'2020-01-01'"],
    ["double precision", { time: "seconds" }, "'-infinity'", "1640995200", "1577836800"],
  ])(
    "leaves a row from before all time, by %s, also in a partition that is over otherwise",
    async (type, time, never, till, aged) => {
      const { after } = await swept({
        ...{ name: "undated", person: "1", sweptAt: "2026-06-01T12:00:00Z" },
        schema: `create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'a@x.example');
        create table notes (person int, made ${type}, words text) partition by range (made);
        create table notes_first partition of notes for values from (minvalue) to (${aged});
        create table notes_old partition of notes for values from (${aged}) to (${till});
        create table notes_new partition of notes default;
        insert into notes values (1, ${never}, 'undated'), (1, ${aged}, 'aged'), (1, ${till}, 'aged'), (1, 'infinity', 'lasting')`,
        map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
          collection("people", {}, { id: ["integer", { pk: true }], mail: "text", closed: "timestamptz" }),
          collection(
            "notes",
            { retention: "usage", since: "made" },
            { person: ["integer", { refs: [from("people.id")] }], made: [type, time], words: "text" },
          ),
        ]),
      });
      const left = after.filter((row) => row.startsWith("public.notes"));
      expect(left.map((row) => row.split("|").at(-1))).toEqual(["undated", "lasting"]);
      const [run] = await database.sql`select partitions from retention_runs where collection = 'notes'`;
      expect(run).toMatchObject({ partitions: 1 });
    },
  );

  it("says beforehand what it would refuse: a dry run promises nothing that a key from outside of the map forbids", async () => {
    const { map, client } = await open(shop);
    await client.query("create table public.outside (customer int references public.customer)");
    const ctx = systemCtx("test", () => Temporal.Instant.from("2026-06-01T12:00:00Z"));
    const preview = await startPreview(ctx);
    await previewSweep(ctx, { sweepId: preview?.id ?? "" }, { map });
    const runs = await sweepById(ctx, preview?.id ?? "");
    expect(runs.length).toBeGreaterThan(1);
    for (const run of runs)
      expect(run, run.collection).toMatchObject({ deleted: 0, accounts: 0, failure: expect.stringMatching(/outside/) });
    await expect(runSweep(ctx, { map, watch: false })).rejects.toThrow(/outside/);
  });

  it("promises in a dry run what the sweep then does: no field of rows that go anyway, no account that was ended before", async () => {
    const kept = { retention: "work-orders", erasure: { action: "keep", ground: "Tax law", until: "work-orders" } };
    const { map, client } = await open({
      schema: `create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'a@x.example', '2025-01-01'), (2, 'b@x.example', '2025-01-01'), (3, 'c@x.example', null);
        create table bills (id int primary key, person int); insert into bills values (1, 1);
        create table posts (id int primary key, person int, made timestamptz, ip text);
        insert into posts values (1, 3, '2010-01-01', '1.1.1.1'), (2, 3, '2023-12-01', '1.1.1.2'), (3, 3, '2010-01-01', '1.1.1.3');
        create table likes (post int not null references posts, person int); insert into likes values (3, 3);`,
      map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
        collection("people", {}, { id: ["integer", { pk: true }], mail: "text", closed: "timestamptz" }),
        collection("bills", kept, {
          id: ["integer", { pk: true }],
          person: ["integer", { refs: [from("people.id")] }],
        }),
        collection(
          "posts",
          { retention: "communication", since: "made" },
          {
            ...{
              id: ["integer", { pk: true }],
              person: ["integer", { refs: [from("people.id")] }],
              made: "timestamptz",
            },
            ip: ["text", { retention: "usage" }],
          },
        ),
        collection(
          "likes",
          {},
          {
            post: ["integer", { refs: [from("posts.id", { role: "mentions" })] }],
            person: ["integer", { refs: [from("people.id")] }],
          },
        ),
      ]),
    });
    const ctxAt = (day: string) => systemCtx("test", () => Temporal.Instant.from(`${day}T12:00:00Z`));
    const promised = async (day: string) => {
      const preview = await startPreview(ctxAt(day));
      await previewSweep(ctxAt(day), { sweepId: preview?.id ?? "" }, { map });
      return counted(await sweepById(ctxAt(day), preview?.id ?? ""));
    };
    const counted = (runs: Awaited<ReturnType<typeof sweepById>>) => ({
      emptied: runs.filter((run) => run.collection === "posts").reduce((sum, run) => sum + run.emptied, 0),
      deleted: runs.filter((run) => run.collection === "posts").reduce((sum, run) => sum + run.deleted, 0),
      accounts: Math.max(...runs.filter((run) => run.collection === "people").map((run) => run.accounts)),
    });
    const done = async (day: string) =>
      counted(await sweepById(ctxAt(day), (await runSweep(ctxAt(day), { map, watch: false }))?.sweepId ?? ""));
    const first = { emptied: 2, deleted: 1, accounts: 2 };
    expect(await promised("2026-06-01")).toEqual(first);
    expect(await done("2026-06-01")).toEqual(first);
    // The first account's row is there still, for its bill.
    await client.query("insert into public.people values (4, 'd@x.example', '2025-01-01')");
    const second = { emptied: 0, deleted: 0, accounts: 1 };
    expect(await promised("2026-06-02")).toEqual(second);
    expect(await done("2026-06-02")).toEqual(second);
  });

  it("walks a table that grew since its statistics were made in ranges of about as many rows as were asked for", async () => {
    const { map, client } = await open(forum);
    const many = (ids: string) =>
      client.query(
        `insert into public.posts select n, 2, 2, 11, null, 'x', '2026-01-01' from generate_series(${ids}) n`,
      );
    await client.query("alter table public.posts_2 set (autovacuum_enabled = false)");
    await many("1001, 2000");
    await client.query("analyze public.posts_2");
    await many("3001, 33000");
    const posts = map.systems[0]?.collections.find((one) => one.name === "posts");
    const relation = posts && (await relationsOf(client, posts)).find((one) => one.name === "posts_2");
    expect(relation?.rows).toBeGreaterThan(20_000);
    const column = {
      type: "timestamptz",
      base: "timestamp with time zone",
      length: null,
      required: true,
      generated: false,
      array: false,
    };
    const walk = relation && (await startWalk(client, relation, { due: "true", column, name: "created_at" }, null));
    const range = await walk?.next(client, 1000);
    expect(Number(/^block (\d+)$/.exec(range?.next ?? "")?.[1])).toBeLessThan((relation?.blocks ?? 0) / 10);
  });
});
