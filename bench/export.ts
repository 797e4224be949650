import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { eq, sum } from "drizzle-orm";
import { largeOwner } from "@/demo/platform/large";
import { systemCtx } from "@/lib/context";
import { closeDatabases } from "@/lib/db/client";
import { packageProgress } from "@/lib/db/schema";
import { withRead } from "@/lib/db/transaction";
import { packageDirectory } from "@/lib/exports/package-directory";
import { closeQueue } from "@/lib/jobs/queue";
import { buildWorker } from "@/lib/process/build";
import { root } from "@/lib/process/run-ts";
import { runWorker } from "@/lib/process/run-worker";
import { hasPsql, prepareBaseline } from "./exporting/baseline";
import { askForCompany, makeOwner, startPlatform, untilReady } from "./exporting/platform";
import { type BenchResult, median } from "./result";

const subject = { platformUserId: largeOwner.userId, platformCompanyId: largeOwner.companyId };

/**
 * A company's package, written by the real worker, beside the same rows through
 * `COPY | gzip -1 | openssl enc -aes-256-ctr`, one after the other, several times. The worker's time
 * is the whole of it: finding and counting the rows, both forms, hashes, progress, index, fsync, offer.
 */
export async function run({ rows = 5_000_000, runs }: { rows?: number; runs: number }): Promise<BenchResult[]> {
  if (!hasPsql()) throw new Error("The pipe to compare with needs psql: apt-get install postgresql-client");
  const { directory, server } = await startPlatform(rows);
  await buildWorker(root);
  const worker = startWorker();
  try {
    const personId = await makeOwner();
    const pipe = await prepareBaseline(server.url("platform"), subject, directory);
    const ours: number[] = [];
    const theirs: number[] = [];
    let bytes = 0;
    let count = 0;
    for (let n = 0; n < runs; n++) {
      theirs.push((await pipe.run()).seconds);
      const packageId = await askForCompany(personId);
      const ready = await untilReady(packageId);
      ours.push(ready.seconds);
      count = ready.rows;
      bytes = await bytesRead(packageId);
      rmSync(packageDirectory(packageId), { recursive: true });
    }
    const detail = `${count} rows, ${(bytes / 1e6).toFixed(0)} MB of JSON and CSV, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}; `;
    const speeds = (seconds: number[]) => seconds.map((one) => (bytes / 1e6 / one).toFixed(0)).join(", ");
    const ratios = ours.map((one, n) => (theirs[n] ?? 0) / one);
    return [
      {
        name: "package, written by the worker",
        metric: "speed",
        value: bytes / 1e6 / median(ours),
        unit: "MB/s",
        n: runs,
        detail: detail + speeds(ours),
      },
      {
        name: "COPY | gzip -1 | openssl enc",
        metric: "speed",
        value: bytes / 1e6 / median(theirs),
        unit: "MB/s",
        n: runs,
        detail: speeds(theirs),
      },
      {
        name: "package / pipe",
        metric: "speed",
        value: median(ratios),
        unit: "ratio",
        n: runs,
        goal: { least: 1 },
        detail: ratios.map((one) => one.toFixed(2)).join(", "),
      },
      {
        name: "worker, peak memory",
        metric: "RSS (VmHWM)",
        value: worker.peakBytes() / 1e6,
        unit: "MB",
        n: runs,
        goal: { most: 200 },
      },
    ];
  } finally {
    await worker.stop();
    await closeQueue();
    await closeDatabases();
    await server.stop();
  }
}

async function bytesRead(packageId: string): Promise<number> {
  const [row] = await withRead(systemCtx("bench"), (tx) =>
    tx.db
      .select({ bytes: sum(packageProgress.bytes) })
      .from(packageProgress)
      .where(eq(packageProgress.packageId, packageId)),
  );
  return Number(row?.bytes ?? 0);
}

/** The worker as `npm start` runs it. */
function startWorker() {
  const { command, args, env: malloc } = runWorker();
  const child = spawn(command, args, {
    env: { ...process.env, ...malloc, TC_PROCESS: "worker" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  let peak = 0;
  const read = () => {
    const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"));
    peak = Math.max(peak, Number(found?.[1] ?? 0) * 1024);
  };
  const timer = setInterval(() => {
    try {
      read();
    } catch {
      // No /proc on this system, or the worker has ended: the last value stands.
    }
  }, 100);
  return {
    peakBytes: () => peak,
    stop: () =>
      new Promise<void>((done) => {
        clearInterval(timer);
        if (child.exitCode !== null) return done();
        child.once("exit", () => done());
        child.kill("SIGTERM");
      }),
  };
}
