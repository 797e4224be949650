import pg from "pg";
import { afterEach, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { eraseSubject } from "../erasure/erase-subject";
import { onFaultPoint } from "../faults";
import { runSweep } from "./run-sweep";

// A materialised view keeps rows of its own until it is made anew, and nobody can read it meanwhile.

const database = testDatabase();
const open = strangerPerTest();
afterEach(async () => {
  onFaultPoint();
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries`;
});

const schema = `
  create table people (id int primary key, mail text, closed timestamptz);
  create table visits (id int primary key, person int references people, at timestamptz not null);
  insert into people values (1, 'a@x.example', null), (2, 'b@x.example', null), (3, 'c@x.example', null), (4, 'd@x.example', null);
  insert into visits values (10, 1, '2020-01-01'), (11, 2, '2026-05-31'), (12, 3, '2026-05-31');
  create materialized view seen as select p.id as person, p.mail, count(v.id)::int as visits from people p left join visits v on v.person = p.id group by 1, 2;
  create schema watch;
  create table watch.refreshes (n serial);
  create function watch.note() returns event_trigger language plpgsql as 'begin insert into watch.refreshes default values; end';
  create event trigger noted on ddl_command_end when tag in ('REFRESH MATERIALIZED VIEW') execute function watch.note();
`;
const map = mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
  collection(
    "people",
    {},
    { id: ["integer", { pk: true }], mail: ["text", { identity: "email" }], closed: "timestamptz" },
  ),
  collection(
    "visits",
    { retention: "usage", since: "at" },
    { id: ["integer", { pk: true }], person: ["integer", { refs: [from("people.id")] }], at: "timestamptz" },
  ),
  collection("seen", {}, { person: ["integer", { refs: [from("people.id")] }], mail: "text", visits: "integer" }),
]);

async function trial(): Promise<Opened> {
  return open({ schema, map });
}
const sweep = (given: Opened, hours = 0) =>
  runSweep(
    systemCtx("test", () => Temporal.Instant.from("2026-06-01T12:00:00Z").add({ hours })),
    { map: given.map, watch: false },
  );
const seen = async ({ client }: Opened) =>
  (await client.query("select person, visits from public.seen order by 1")).rows.map(({ person, visits }) => [
    person,
    visits,
  ]);
const refreshes = async ({ client }: Opened): Promise<number> =>
  (await client.query("select count(*)::int as n from watch.refreshes")).rows[0].n;
const openRuns = () => database.sql`select collection, failure from retention_runs where finished_at is null`;

it("is done once where rows went, and not at all where none did", async () => {
  const given = await trial();
  await sweep(given);
  expect(await seen(given)).toEqual([
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 0],
  ]);
  expect(await refreshes(given)).toBe(1);
  await sweep(given, 1);
  expect(await refreshes(given)).toBe(1);
});

it("is done once for all closed accounts", async () => {
  const given = await trial();
  await given.client.query("delete from public.visits; update public.people set closed = '2020-01-01' where id < 4");
  await sweep(given);
  expect(await seen(given)).toEqual([[4, 0]]);
  expect(await refreshes(given)).toBe(1);
  await sweep(given, 1);
  expect(await refreshes(given)).toBe(1);
});

it("H1: fails the sweep when a reader is in its way, which does all else, and is done by the next attempt", async () => {
  const given = await trial();
  await given.client.query(
    "delete from public.visits where id = 12; update public.people set closed = '2020-01-01' where id = 3",
  );
  const reader = new pg.Client({ connectionString: process.env.STRANGER_DATABASE_URL });
  await reader.connect();
  await reader.query("begin; select 1 from public.seen");
  await expect(sweep(given)).rejects.toThrow(/theirs: the database refused \(55P03\)/);
  await reader.end();
  expect(await seen(given)).toHaveLength(4);
  expect((await given.client.query("select id from public.people where id = 3")).rows).toEqual([]);
  expect((await database.sql`select 1 from retention_canaries`).length).toBeGreaterThan(0);
  expect((await openRuns()).map(({ collection: one }) => one).sort()).toEqual(["people", "seen", "visits"]);
  await sweep(given);
  expect(await seen(given)).toEqual([
    [1, 0],
    [2, 1],
    [4, 0],
  ]);
  expect(await openRuns()).toEqual([]);
  const runs =
    await database.sql`select collection, deleted::int as deleted from retention_runs where deleted > 0 and system = 'theirs' order by 1`;
  expect(runs).toEqual([
    { collection: "people", deleted: 1 },
    { collection: "visits", deleted: 1 },
  ]);
});

it("H1: a sweep that fell before it and is too old to go on with leaves it to the one after", async () => {
  const given = await trial();
  onFaultPoint((point) => {
    if (point === "retention.refreshing") throw new Error("died");
  });
  await expect(sweep(given)).rejects.toThrow();
  onFaultPoint();
  await sweep(given, 30);
  expect(await seen(given)).toEqual([
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 0],
  ]);
  await sweep(given, 31);
  expect(await refreshes(given)).toBe(1);
});

it("is not done by an erasure that changes no row", async () => {
  const given = await trial();
  const erase = (id: string) =>
    eraseSubject({ map: given.map, subject: { platformUserId: id, platformCompanyId: null }, scope: "person" });
  await erase("99");
  expect(await refreshes(given)).toBe(0);
  await erase("2");
  expect(await refreshes(given)).toBe(1);
  expect(await seen(given)).not.toContainEqual([2, 1]);
});
