import { availableParallelism, loadavg } from "node:os";
import pg from "pg";
import { systemCtx } from "@/lib/context";
import { closePlatforms } from "@/lib/data-map/platform";
import { resetEnv } from "@/lib/env";
import { sweepById } from "@/lib/retention/queries";
import { runSweep } from "@/lib/retention/run-sweep";
import { ask, startChild } from "./erasing/child";
import { type BenchResult, median } from "./result";
import { cutoff, judgedAt, startPlatform, userId } from "./retaining/platform";

type Side = { ms: number; p99: number; idle: number };

/**
 * A sweep of what is over among `rows` usage events in partitions and as many log lines in one table, a quarter of each: the
 * partitions at once, the lines in batches beside one DELETE of the same lines, each on a fresh copy of the same database in turn;
 * and what somebody else who reads one row at a time notices meanwhile.
 */
export async function run({ rows = 20_000_000, runs }: { rows?: number; runs: number }): Promise<BenchResult[]> {
  const { server, admin } = await startPlatform(rows);
  const [ours, theirs]: [Side[], Side[]] = [[], []];
  const [drops, small]: [number[], number[]] = [[], []];
  let partitions = 0;
  let deleted = 0;
  try {
    for (let n = 0; n < runs; n++) {
      for (const who of ["delete", "sweep"] as const) {
        const url = await copy(admin, server.url("swept"));
        const reader = await startChild("bench/erasing/reader.ts", [url, userId]);
        const p99 = async () => percentile(await ask<number[]>(reader));
        await new Promise((done) => setTimeout(done, 3000));
        const idle = await p99();
        if (who === "delete") {
          const ms = await oneDelete(url);
          theirs.push({ ms, idle, p99: await p99() });
        } else {
          const done = await runSweep(systemCtx("bench", () => judgedAt.add({ hours: n })));
          const found = await sweepById(systemCtx("bench"), done?.sweepId ?? "");
          const of = (name: string) => found.find(({ collection }) => collection === name);
          ours.push({ ms: of("access_logs")?.milliseconds ?? 0, idle, p99: await p99() });
          drops.push((of("usage_events")?.milliseconds ?? 0) / Math.max(1, of("usage_events")?.partitions ?? 1));
          partitions = of("usage_events")?.partitions ?? 0;
          deleted = of("access_logs")?.deleted ?? 0;
        }
        reader.kill();
        await closePlatforms();
      }
      small.push(await dropOfOneRow(admin, server.url("swept"), n));
    }
  } finally {
    await admin.query("drop database if exists swept with (force)");
    await admin.end();
    await server.stop();
  }
  const ratios = ours.map(({ ms }, n) => (theirs[n]?.ms ?? 0) / ms);
  const slower = (sides: Side[]) => median(sides.map(({ p99, idle }) => p99 / idle));
  const said = (sides: Side[]) => sides.map(({ ms }) => (ms / 1000).toFixed(1)).join(", ");
  const p99s = (sides: Side[]) => sides.map(({ p99, idle }) => `${idle.toFixed(1)} to ${p99.toFixed(1)}`).join(", ");
  const machine = `${rows} rows in each table, ${deleted} over, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`;
  const one = { n: runs };
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
    {
      ...{ name: "a reader beside the sweep", metric: "p99 / idle", value: slower(ours), unit: "ratio", ...one },
      goal: { most: 2 },
      detail: `p99 ms ${p99s(ours)}; beside one DELETE ${p99s(theirs)}`,
    },
    {
      ...{ name: "a partition that goes", metric: "time", value: median(drops), unit: "ms", ...one },
      detail: `${partitions} partitions of ${Math.round(rows / 24)} rows; of one row each ${small.map((ms) => ms.toFixed(0)).join(", ")} ms`,
    },
    {
      ...{
        name: "full partitions / of one row",
        metric: "time",
        value: median(drops) / median(small),
        unit: "ratio",
        ...one,
      },
      goal: { most: 3 },
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

/** The same sweep where each partition holds one row: what does not depend on the rows. */
async function dropOfOneRow(admin: pg.Client, url: string, n: number): Promise<number> {
  await copy(admin, url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    create temporary table few as select distinct on (date_trunc('month', occurred_at)) * from usage_events;
    truncate usage_events, access_logs; insert into usage_events select * from few; analyze usage_events`);
  await client.end();
  const done = await runSweep(systemCtx("bench", () => judgedAt.add({ hours: n, minutes: 30 })));
  const found = await sweepById(systemCtx("bench"), done?.sweepId ?? "");
  const events = found.find(({ collection }) => collection === "usage_events");
  await closePlatforms();
  return (events?.milliseconds ?? 0) / Math.max(1, events?.partitions ?? 1);
}

/** A fresh copy of the platform, to which the data map's addresses point. */
async function copy(admin: pg.Client, url: string): Promise<string> {
  await admin.query("drop database if exists swept with (force)");
  await admin.query("create database swept template platform");
  await admin.query("checkpoint");
  process.env.PLATFORM_DATABASE_URL = url;
  process.env.PLATFORM_ERASER_DATABASE_URL = url;
  resetEnv();
  return url;
}
