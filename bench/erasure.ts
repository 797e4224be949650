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

/**
 * Closing a company of `rows` rows by the engine, beside the same deletes and changes written by hand for this one schema, each on a
 * fresh copy of the same database in turn; and what somebody else who reads one row at a time notices meanwhile.
 */
export async function run({ rows = 5_000_000, runs }: { rows?: number; runs: number }): Promise<BenchResult[]> {
  const { server } = await startPlatform(rows);
  const bundle = join(root, "test-results", "bench-erase.mjs");
  await buildWorker(root, { entry: "bench/erasing/erase.ts", outfile: bundle });
  const admin = new pg.Client({ connectionString: server.url("postgres") });
  await admin.connect();
  const idle: number[] = [];
  const [ours, theirs] = [[] as number[], [] as number[]];
  const [beside, besideHand] = [[] as number[], [] as number[]];
  let deleted = 0;
  let peak = 0;
  try {
    for (let n = 0; n < runs; n++)
      for (const who of ["hand", "engine"] as const) {
        const url = await copy(admin, server.url("erased"));
        const engine = await startChild(bundle);
        const reader = await startChild("bench/erasing/reader.ts", [url, largeOwner.userId]);
        await new Promise((done) => setTimeout(done, 3000));
        idle.push(p99(await ask(reader)));
        if (who === "hand") {
          const start = performance.now();
          await byHand(url, largeOwner.companyId);
          theirs.push(performance.now() - start);
          besideHand.push(p99(await ask(reader)));
        } else {
          const did = await ask<{ ms: number; deleted: number; peak: number }>(engine);
          beside.push(p99(await ask(reader)));
          ours.push(did.ms);
          deleted = did.deleted;
          peak = Math.max(peak, did.peak);
        }
        for (const child of [engine, reader]) child.kill();
      }
  } finally {
    await admin.query("drop database if exists erased with (force)");
    await admin.end();
    await server.stop();
  }
  const seconds = (all: number[]) => all.map((ms) => (ms / 1000).toFixed(1)).join(", ");
  const ratios = ours.map((ms, n) => (theirs[n] ?? 0) / ms);
  const slower = beside.map((ms, n) => ms / (idle[2 * n + 1] ?? ms));
  const machine = `${rows} rows, ${deleted} deleted, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`;
  return [
    {
      name: "engine",
      metric: "time",
      value: median(ours) / 1000,
      unit: "s",
      n: runs,
      detail: `${machine}; ${seconds(ours)} s`,
    },
    {
      name: "by hand",
      metric: "time",
      value: median(theirs) / 1000,
      unit: "s",
      n: runs,
      detail: `${seconds(theirs)} s`,
    },
    {
      ...{
        name: "engine / by hand",
        metric: "speed",
        value: median(ratios),
        unit: "ratio",
        n: runs,
        goal: { least: 0.7 },
      },
      detail: ratios.map((one) => one.toFixed(2)).join(", "),
    },
    {
      ...{
        name: "a reader meanwhile",
        metric: "p99 / idle",
        value: median(slower),
        unit: "ratio",
        n: runs,
        goal: { most: 2 },
      },
      detail: `p99 ms idle ${ms(idle)}; beside the engine ${ms(beside)}; beside the hand ${ms(besideHand)}`,
    },
    { name: "process, peak memory", metric: "RSS", value: peak / 1e6, unit: "MB", n: runs, goal: { most: 200 } },
  ];
}

const p99 = (all: number[]): number => all.toSorted((a, b) => a - b)[Math.ceil(0.99 * all.length) - 1] ?? 0;
const ms = (all: number[]): string => all.map((one) => one.toFixed(1)).join(", ");

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
