import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { largeOwner } from "@/demo/platform/large";
import { resetEnv } from "@/lib/env";
import { buildWorker } from "@/lib/process/build";
import { root } from "@/lib/process/run-ts";
import { byHand } from "./erasing/by-hand";
import { ask, startChild } from "./erasing/child";
import { startPlatform } from "./exporting/platform";
import { type BenchResult, median } from "./result";

/** Milliseconds of reads. */
type Reads = { idle: number[]; beside: number[] };
/** `shared`: a reader that shares two processors with everything here; `first`: one that never waits for one (see reader.ts). */
type Side = { ms: number[]; shared: Reads; first: Reads };

/**
 * Closing a company of `rows` rows by the engine, as the worker does it (from 5,000,000 rows of one collection on in batches), beside
 * the same deletes and changes written by hand for this one schema, each on a fresh copy of the same database in turn; and what
 * somebody else who reads one row at a time notices meanwhile. Readers are processes of their own. Their 99th percentile is of all
 * runs together: a run of a second holds two hundred reads, whose second worst is chance. It is given beside the script too, and beside a
 * statement that only counts, touching no table: what of it is the processors' alone.
 */
export async function run({ rows = 5_000_000, runs }: { rows?: number; runs: number }): Promise<BenchResult[]> {
  const { server } = await startPlatform(rows);
  const bundle = join(root, "test-results", "bench-erase.mjs");
  await buildWorker(root, { entry: "bench/erasing/erase.ts", outfile: bundle });
  const largest = await countEvents(server.url("platform"));
  const admin = new pg.Client({ connectionString: server.url("postgres") });
  await admin.connect();
  const [engine, hand, counting] = [side(), side(), side()];
  let deleted = 0;
  let peak = 0;
  try {
    for (let n = 0; n < runs; n++)
      for (const one of [hand, engine, counting]) {
        const url = await copy(admin, server.url("erased"));
        const eraser = await startChild(bundle, [server.url("trust_center"), String(largest)]);
        const reading = async (...first: string[]) =>
          startChild("bench/erasing/reader.ts", [url, largeOwner.userId, ...first]);
        const shared = await reading();
        const first = await reading("first").catch(({ message }) => console.error(`${message}: nobody reads first`));
        const children = [eraser, shared, ...(first ? [first] : [])];
        const taken = async (when: keyof Reads) => {
          one.shared[when].push(...(await ask<number[]>(shared)));
          if (first) one.first[when].push(...(await ask<number[]>(first)));
        };
        // Its own first seconds, in which its code is compiled, are nobody's doing.
        await new Promise((done) => setTimeout(done, 2000));
        for (const reader of children.slice(1)) await ask(reader);
        await new Promise((done) => setTimeout(done, 3000));
        await taken("idle");
        if (one === hand) {
          const start = performance.now();
          await byHand(url, largeOwner.companyId);
          one.ms.push(performance.now() - start);
        } else if (one === counting) {
          const start = performance.now();
          await admin.query("select count(*) from generate_series(1, 20000000)");
          one.ms.push(performance.now() - start);
        } else {
          const did = await ask<{ ms: number; deleted: number; peak: number }>(eraser);
          one.ms.push(did.ms);
          deleted = did.deleted;
          peak = Math.max(peak, did.peak);
        }
        await taken("beside");
        for (const child of children) child.kill();
      }
  } finally {
    await admin.query("drop database if exists erased with (force)");
    await admin.end();
    await server.stop();
  }
  const ratios = engine.ms.map((ms, n) => (hand.ms[n] ?? 0) / ms);
  const machine = `${rows} rows, ${deleted} deleted, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`;
  const time = ({ ms }: Side) => ({ metric: "time", value: median(ms) / 1000, unit: "s", n: runs });
  const slower = ({ idle, beside }: Reads) => ({
    ...{ metric: "p99 / idle", value: p99(beside) / p99(idle), unit: "ratio", n: beside.length },
    detail: `p99 ${p99(idle).toFixed(1)} ms idle (${idle.length} reads), ${p99(beside).toFixed(1)} ms meanwhile (${beside.length})`,
  });
  const beside = (who: string, kind: "first" | "shared"): BenchResult[] => [
    { name: `${who}, engine`, ...slower(engine[kind]), goal: { most: 2 } },
    { name: `${who}, script`, ...slower(hand[kind]) },
    { name: `${who}, count`, ...slower(counting[kind]) },
  ];
  const seconds = ({ ms }: Side) => ms.map((one) => (one / 1000).toFixed(1)).join(", ");
  return [
    { name: "engine", ...time(engine), detail: `${machine}; ${seconds(engine)} s` },
    { name: "by hand", ...time(hand), detail: `${seconds(hand)} s` },
    {
      ...{ name: "engine / by hand", metric: "speed", value: median(ratios), unit: "ratio", n: runs },
      goal: { least: 0.7 },
      detail: ratios.map((one) => one.toFixed(2)).join(", "),
    },
    ...(engine.first.idle.length > 0 ? beside("a reader first", "first") : []),
    ...beside(`a reader sharing ${availableParallelism()} processors`, "shared"),
    { name: "process, peak memory", metric: "RSS", value: peak / 1e6, unit: "MB", n: runs, goal: { most: 200 } },
  ];
}

const side = (): Side => ({ ms: [], shared: { idle: [], beside: [] }, first: { idle: [], beside: [] } });

const p99 = (all: number[]): number => all.toSorted((a, b) => a - b)[Math.ceil(0.99 * all.length) - 1] ?? 0;

/** Of the collection of which there are most; nobody may be connected while the database is copied. */
async function countEvents(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ n: number }>("select count(*)::int as n from usage_events");
  await client.end();
  return rows[0]?.n ?? 0;
}

/** A fresh copy of the platform, to which the data map's addresses point. */
async function copy(admin: pg.Client, url: string): Promise<string> {
  await admin.query("drop database if exists erased with (force)");
  await admin.query("create database erased template platform");
  await admin.query("checkpoint");
  process.env.PLATFORM_DATABASE_URL = url;
  process.env.PLATFORM_ERASER_DATABASE_URL = url;
  resetEnv();
  return url;
}
