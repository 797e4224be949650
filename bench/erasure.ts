import { availableParallelism, loadavg } from "node:os";
import pg from "pg";
import { largeOwner } from "@/demo/platform/large";
import { dataMap } from "@/lib/data-map/load";
import { closePlatforms } from "@/lib/data-map/platform";
import { resetEnv } from "@/lib/env";
import { eraseSubject } from "@/lib/erasure/erase-subject";
import { byHand } from "./erasing/by-hand";
import { startReader } from "./erasing/reader";
import { startPlatform } from "./exporting/platform";
import { type BenchResult, median } from "./result";

const subject = { platformUserId: largeOwner.userId, platformCompanyId: largeOwner.companyId };

/**
 * Closing a company of `rows` rows by the engine, beside the same deletes and changes written by hand for this one schema, each on a
 * fresh copy of the same database in turn; and what somebody else who reads one row at a time notices meanwhile.
 */
export async function run({ rows = 5_000_000, runs }: { rows?: number; runs: number }): Promise<BenchResult[]> {
  const { server } = await startPlatform(rows);
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
        const reader = await startReader(url, largeOwner.userId);
        await new Promise((done) => setTimeout(done, 3000));
        idle.push(reader.p99());
        const start = performance.now();
        if (who === "hand") {
          await byHand(url, largeOwner.companyId);
          theirs.push(performance.now() - start);
          besideHand.push(reader.p99());
        } else {
          const [done] = await eraseSubject({ map: dataMap(), subject, scope: "company" });
          ours.push(performance.now() - start);
          beside.push(reader.p99());
          deleted = done?.fates.reduce((sum, fate) => sum + fate.deleted, 0) ?? 0;
          peak = Math.max(peak, process.resourceUsage().maxRSS * 1024);
        }
        await reader.stop();
        await closePlatforms();
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
