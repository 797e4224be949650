import { availableParallelism, loadavg } from "node:os";
import pg from "pg";
import { systemCtx } from "@/lib/context";
import { closePlatforms } from "@/lib/data-map/platform";
import { closeDatabases } from "@/lib/db/client";
import { resetEnv } from "@/lib/env";
import { onFaultPoint } from "@/lib/faults";
import { sweepById } from "@/lib/retention/queries";
import { runSweep } from "@/lib/retention/run-sweep";
import { ask, startChild } from "./erasing/child";
import { type BenchResult, median } from "./result";
import { cutoff, generate, judgedAt, startPlatform, userId } from "./retaining/platform";

/** `shared`: a reader that shares two processors with everything here; `first`: one that never waits for one (erasing/reader.ts). */
type Reader = "shared" | "first";
/** Milliseconds of reads. */
type Reads = { idle: number[]; beside: number[] };
/** One run: its milliseconds, and those of each read of somebody else meanwhile and before. */
type Side = { ms: number; reads: Record<Reader, Reads> };

/**
 * A sweep of what is over among `rows` usage events in partitions and as many log lines in one table, a quarter of each: the
 * partitions at once, the lines in batches beside one DELETE of the same lines, each on a fresh copy of the same database in turn;
 * and what somebody else who reads one row at a time notices meanwhile.
 */
export async function run({ rows = 20_000_000, runs }: { rows?: number; runs: number }): Promise<BenchResult[]> {
  const { server, admin } = await startPlatform(rows);
  const [ours, theirs]: [Side[], Side[]] = [[], []];
  const [full, few]: [Drop[], Drop[]] = [[], []];
  let partitions = 0;
  let deleted = 0;
  try {
    for (let n = 0; n < runs; n++) {
      for (const who of ["delete", "sweep"] as const) {
        const url = await copy(admin, server.url("swept"));
        const shared = await startChild("bench/erasing/reader.ts", [url, userId]);
        const first = await startChild("bench/erasing/reader.ts", [url, userId, "first"]).catch(({ message }) =>
          console.error(`${message}: nobody reads first`),
        );
        const reads: Side["reads"] = { shared: { idle: [], beside: [] }, first: { idle: [], beside: [] } };
        const taken = async (when: keyof Reads) => {
          reads.shared[when] = await ask<number[]>(shared);
          if (first) reads.first[when] = await ask<number[]>(first);
        };
        await new Promise((done) => setTimeout(done, 3000));
        await taken("idle");
        if (who === "delete") {
          theirs.push({ ms: await oneDelete(url), reads });
        } else {
          const { found, drops } = await sweep(judgedAt.add({ hours: n }));
          const of = (name: string) => found.find(({ collection }) => collection === name);
          ours.push({ ms: of("access_logs")?.milliseconds ?? 0, reads });
          full.push(...drops);
          partitions = of("usage_events")?.partitions ?? 0;
          deleted = of("access_logs")?.deleted ?? 0;
        }
        await taken("beside");
        for (const reader of [shared, first]) reader?.kill();
        await closePlatforms();
      }
      few.push(...(await dropOfFewRows(admin, server.url("swept"), n)));
    }
  } finally {
    await admin.query("drop database if exists swept with (force)");
    await admin.end();
    await closeDatabases();
    await server.stop();
  }
  const ratios = ours.map(({ ms }, n) => (theirs[n]?.ms ?? 0) / ms);
  // Of all runs together: the 99th of one short run is its second or third worst read.
  const all = (sides: Side[], reader: Reader, when: keyof Reads) => sides.flatMap(({ reads }) => reads[reader][when]);
  const slower = (sides: Side[], reader: Reader) =>
    percentile(all(sides, reader, "beside")) / percentile(all([...ours, ...theirs], reader, "idle"));
  const said = (sides: Side[]) => sides.map(({ ms }) => (ms / 1000).toFixed(1)).join(", ");
  const p99s = (sides: Side[], reader: Reader) =>
    sides
      .map(({ reads }) => reads[reader])
      .map(({ idle, beside }) => `${percentile(idle).toFixed(1)} to ${percentile(beside).toFixed(1)}`)
      .join(", ");
  const beside = (name: string, reader: Reader): BenchResult => ({
    ...{ name, metric: "p99 / idle", value: slower(ours, reader), unit: "ratio", n: runs, goal: { most: 2 } },
    detail: `p99 ms ${p99s(ours, reader)}; beside one DELETE ${slower(theirs, reader).toFixed(2)}, ${p99s(theirs, reader)}`,
  });
  const machine = `${rows} rows in each table, ${deleted} over, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`;
  const one = { n: runs };
  const of = (drops: Drop[], what: keyof Drop) => median(drops.map((drop) => drop[what]));
  return [
    {
      ...{ name: "batches", metric: "time", value: median(ours.map(({ ms }) => ms)) / 1000, unit: "s", ...one },
      detail: `${machine}; ${said(ours)} s`,
    },
    {
      ...{ name: "one DELETE", metric: "time", value: median(theirs.map(({ ms }) => ms)) / 1000, unit: "s", ...one },
      detail: `${said(theirs)} s`,
    },
    {
      ...{ name: "batches / one DELETE", metric: "speed", value: median(ratios), unit: "ratio", ...one },
      goal: { least: 0.7 },
      detail: ratios.map((ratio) => ratio.toFixed(2)).join(", "),
    },
    ...(all(ours, "first", "idle").length > 0 ? [beside("a reader first", "first")] : []),
    beside(`a reader sharing ${availableParallelism()} processors`, "shared"),
    {
      ...{
        name: "a partition that goes",
        metric: "lock and drop",
        value: of(full, "dropped"),
        unit: "ms",
        n: full.length,
      },
      detail: `${partitions} partitions of ${Math.round(rows / 24)} rows; of 30 rows each ${of(few, "dropped").toFixed(1)} ms`,
    },
    {
      ...{ name: "a partition that goes", metric: "commit", value: of(full, "gone"), unit: "ms", n: full.length },
      detail: `the files are removed with it, after the locks are; of 30 rows each ${of(few, "gone").toFixed(1)} ms`,
    },
    {
      ...{ name: "full partitions / of 30 rows", metric: "lock and drop", unit: "ratio", n: full.length },
      ...{ value: of(full, "dropped") / of(few, "dropped"), goal: { most: 3 } },
    },
  ];
}

/** The 99th, of milliseconds. */
function percentile(taken: readonly number[]): number {
  const sorted = taken.toSorted((a, b) => a - b);
  return sorted[Math.ceil(0.99 * sorted.length) - 1] ?? 0;
}

async function oneDelete(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const start = performance.now();
  await client.query("delete from access_logs where logged_at <= $1", [cutoff]);
  const ms = performance.now() - start;
  await client.end();
  return ms;
}

/** Milliseconds of a partition: until it is dropped, which readers wait for, and of the commit, after which its files go. */
type Drop = { dropped: number; gone: number };

async function sweep(at: Temporal.Instant) {
  const drops: Drop[] = [];
  let [from, till] = [0, 0];
  onFaultPoint((point) => {
    if (point === "retention.dropping") from = performance.now();
    if (point === "retention.dropped") till = performance.now();
    if (point === "retention.lasting" && till > 0) drops.push({ dropped: till - from, gone: performance.now() - till });
    if (point === "retention.lasting") till = 0;
  });
  const done = await runSweep(systemCtx("bench", () => at));
  onFaultPoint();
  return { found: await sweepById(systemCtx("bench"), done?.sweepId ?? ""), drops };
}

/** The same sweep where each partition holds a row a day: what does not depend on the rows. */
async function dropOfFewRows(admin: pg.Client, url: string, n: number): Promise<Drop[]> {
  await admin.query("drop database if exists swept with (force)");
  await admin.query("create database swept");
  await generate(url, 730);
  const { drops } = await sweep(judgedAt.add({ hours: n, minutes: 30 }));
  await closePlatforms();
  return drops;
}

/** A fresh copy of the platform, to which the data map's addresses point. */
async function copy(admin: pg.Client, url: string): Promise<string> {
  await admin.query("drop database if exists swept with (force)");
  // By files: 20 million rows through the log would take longer than what is measured.
  await admin.query("create database swept template platform strategy file_copy");
  await admin.query("checkpoint");
  process.env.PLATFORM_DATABASE_URL = url;
  process.env.PLATFORM_ERASER_DATABASE_URL = url;
  resetEnv();
  return url;
}
