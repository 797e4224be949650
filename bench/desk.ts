import { availableParallelism, loadavg } from "node:os";
import type pg from "pg";
import { casesOfAddress, deskQueue, queueCounts } from "@/lib/cases/queue";
import { writeCursor } from "@/lib/cases/queue-cursor";
import type { QueueFilter } from "@/lib/cases/queue-filter";
import { closeDatabases } from "@/lib/db/client";
import { knownAddress, reader, startDesk } from "./desking/fill";
import type { BenchResult } from "./result";

const due = "coalesce(next_due_at, 'infinity'::timestamptz)";
const open = "closed_at is null";
const mine = "assigned_to = '01890002-0000-7000-8000-000000000008'";
const inTags = (tag: string) => `exists (select 1 from case_tags t where t.case_id = c.id and t.tag = '${tag}')`;

/** Each view as the page asks for it, and as SQL, to find places deep in it. */
const views: { name: string; filter: QueueFilter; where: string; key?: string; down?: true }[] = [
  { name: "open", filter: {}, where: `${open} and (snoozed_until is null or snoozed_until <= now())` },
  { name: "overdue", filter: { state: "overdue" }, where: `${open} and ${due} < now()` },
  { name: "waiting", filter: { state: "waiting" }, where: `${open} and awaiting_subject_at is not null` },
  {
    ...{ name: "scheduled", filter: { state: "scheduled" } },
    where: `${open} and kind = 'deletion' and exists (select 1 from deletions d where d.case_id = c.id and d.expired_at is null)`,
  },
  { name: "put aside", filter: { state: "snoozed" }, where: `${open} and snoozed_until > now()`, key: "snoozed_until" },
  { name: "closed", filter: { state: "closed" }, where: "closed_at is not null", key: "closed_at", down: true },
  {
    ...{ name: "closed, one kind", filter: { state: "closed", kind: "inquiry" }, key: "closed_at", down: true },
    where: "closed_at is not null and kind = 'inquiry'",
  },
  { name: "mine", filter: { assigned: "me" }, where: `${open} and ${mine}` },
  { name: "nobody's", filter: { assigned: "nobody" }, where: `${open} and assigned_to is null` },
  {
    ...{ name: "mine, one kind", filter: { assigned: "me", kind: "objection" } },
    where: `${open} and ${mine} and kind = 'objection'`,
  },
  { name: "one kind", filter: { kind: "correction" }, where: `${open} and kind = 'correction'` },
  { name: "one channel", filter: { channel: "mail" }, where: `${open} and channel = 'mail'` },
  { name: "a common tag", filter: { tag: "common" }, where: `${open} and ${inTags("common")}` },
  { name: "a rare tag", filter: { tag: "rare" }, where: `${open} and ${inTags("rare")}` },
];

const depths = [
  { name: "start", at: 0 },
  { name: "middle", at: 0.5 },
  { name: "end", at: 0.99 },
];
const samples = 40;

/**
 * The desk over `rows` cases: how long the page of a view takes, at its start, in its middle and at its end, each with all that
 * the list shows; the counts above it; and what is searched for. The slower of two neighbours says whether depth costs.
 */
export async function run({ rows = 1_000_000 }: { rows?: number }): Promise<BenchResult[]> {
  const { server, admin, client } = await startDesk(rows);
  const results: BenchResult[] = [];
  const ctx = reader();
  try {
    for (const view of views) {
      const [held] = await sample(client, `select count(*)::text as value from cases c where ${view.where}`);
      const medians: number[] = [];
      for (const depth of depths) {
        const name = `${view.name}, ${depth.name}`;
        const cursors = await placesIn(client, view, depth.at);
        shows(name, cursors);
        const page = (n: number) =>
          deskQueue(ctx, { ...view.filter, ...(depth.at > 0 ? { cursor: cursors[n % cursors.length] } : {}) });
        const times = await timed(samples, async (n) => shows(name, (await page(n)).rows));
        medians.push(percentile(times, 50));
        results.push(row(name, times, `${held} cases`));
      }
      const flat = Math.max(...medians) / Math.min(...medians);
      results.push({ name: view.name, metric: "deepest / shallowest, p50", value: flat, unit: "ratio", n: samples });
    }
    const counts = "counts of every view";
    const counted = async () => shows(counts, Object.values(await queueCounts(ctx)), (one) => one > 0);
    results.push(row(counts, await timed(samples, counted)));
    // Of the open ones, since it is among them that a reference is searched.
    const some = `select reference as value from cases tablesample system (10) where ${open} and snoozed_until is null limit 40`;
    const codes = await sample(client, some);
    const pick = (n: number) => codes[n % codes.length] ?? "";
    const address = (n: number) => (n % 5 === 0 ? "sender@bench.example" : knownAddress(n * 97));
    const searches: [string, (n: number) => Promise<readonly unknown[]>][] = [
      ["search, whole reference", async (n) => (await deskQueue(ctx, { q: pick(n) })).rows],
      ["search, 4 letters", async (n) => (await deskQueue(ctx, { q: pick(n).slice(0, 7) })).rows],
      ["search, 1 letter", async (n) => (await deskQueue(ctx, { q: pick(n).slice(0, 4) })).rows],
      ["search, address", (n) => casesOfAddress(ctx, address(n))],
    ];
    for (const [name, search] of searches)
      results.push(row(name, await timed(samples, async (n) => shows(name, await search(n)))));
    const machine = `${rows} cases, ${availableParallelism()} cores shared with Postgres, load ${loadavg()[0]?.toFixed(1)}`;
    return results.map((one) => ({ ...one, detail: one.detail ? `${one.detail}; ${machine}` : machine }));
  } finally {
    await client.end();
    await closeDatabases();
    await admin.query("drop database if exists trust_center with (force)");
    await admin.end();
    await server.stop();
  }
}

/** @throws where a measured page shows nothing: its time would say nothing either */
function shows<T>(name: string, found: readonly T[], isThere: (one: T) => boolean = () => true): void {
  if (found.length === 0 || !found.every(isThere)) throw new Error(`${name}: measured over nothing`);
}

/** Cursors of twenty places near one depth of a view, each with a case behind it. */
async function placesIn(client: pg.Client, view: (typeof views)[number], at: number): Promise<string[]> {
  const key = view.key ?? due;
  const way = view.down ? "desc" : "asc";
  const { rows } = await client.query<{ key: string; id: string }>(
    `with numbered as (
       select ${key} as k, c.id, row_number() over (order by ${key} ${way}, c.id ${way}) as n, count(*) over () as total
       from cases c where ${view.where})
     select case when k = 'infinity' then 'infinity' else to_char(k at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end as key, id
       from numbered where n - 1 >= floor((total - 1) * $1::float) and n < total order by n limit 20`,
    [at],
  );
  return rows.map((one) => writeCursor(one.key, one.id));
}

async function sample(client: pg.Client, query: string): Promise<string[]> {
  const { rows } = await client.query<{ value: string }>(query);
  return rows.map(({ value }) => value);
}

/** Milliseconds of each, after a few that warm up what is opened once. */
async function timed(count: number, work: (n: number) => Promise<unknown>): Promise<number[]> {
  for (let n = 0; n < 3; n++) await work(n);
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const began = performance.now();
    await work(n);
    times.push(performance.now() - began);
  }
  return times;
}

const percentile = (times: readonly number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor((times.length * share) / 100))] ?? 0;

const row = (name: string, times: number[], held?: string): BenchResult => ({
  ...{ name, metric: "p95", value: percentile(times, 95), unit: "ms", n: times.length, goal: { most: 50 } },
  detail: `${held ? `${held}; ` : ""}p50 ${percentile(times, 50).toFixed(1)} ms, slowest ${Math.max(...times).toFixed(1)} ms`,
});
