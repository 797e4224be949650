import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { resolve } from "node:path";
import postgres from "postgres";
import { systemCtx } from "@/lib/context";
import { closeDatabases } from "@/lib/db/client";
import { withTransaction } from "@/lib/db/transaction";
import { env } from "@/lib/env";
import { closeQueue, enqueue } from "@/lib/jobs/queue";
import { buildWorker } from "@/lib/process/build";
import { root } from "@/lib/process/run-ts";
import { runWorker } from "@/lib/process/run-worker";
import { makeNotice } from "@/test/notices";
import { config } from "@/trust-center.config";
import { startPlatform } from "./mailing/platform";
import type { BenchResult } from "./result";

type Taken = { mails: number; addresses: number; twice: number; cpuSeconds: number };

/**
 * A notice to `rows` account holders from end to end: the list from the platform, every mail written and frozen, and
 * all handed over by the real worker to the strict stand-in of the mail service in its own process, limit lifted. The
 * canary's rest of half an hour is left out.
 */
export async function run({ rows = 100_000 }: { rows?: number }): Promise<BenchResult[]> {
  const server = await startPlatform(rows);
  await buildWorker(root);
  const service = await startService();
  const sql = postgres(env().DATABASE_URL, { max: 1, onnotice: () => {} });
  const worker = startWorker(service);
  try {
    await once(worker.child, "spawn");
    const { noticeId } = await makeNotice();
    await sql`update notices set canary_at = now() where id = ${noticeId}`;
    await new Promise((done) => setTimeout(done, 3000));
    const before = worker.cpuSeconds();
    const [started] = await sql`select clock_timestamp() as at`;
    await withTransaction(systemCtx("bench"), (tx) => enqueue(tx, "notice.freeze", { noticeId }));
    const times = await untilComplete(sql, noticeId);
    const seconds = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 1000;
    const [freezing, sending] = [seconds(started?.at, times.frozen), seconds(times.frozen, times.completed)];
    const cpu = worker.cpuSeconds() - before;
    const taken = await service.taken();
    const size = await sizeOf(sql, noticeId);
    const owed = rows - Math.floor(rows / 1000);
    if (taken.addresses !== owed || taken.twice > 0 || size.recipients !== rows) {
      throw new Error(`wrong: ${JSON.stringify({ taken, owed, size })}`);
    }
    const machine = `${availableParallelism()} cores shared with Postgres and the service, load ${loadavg()[0]?.toFixed(1)}`;
    const one = (name: string, metric: string, value: number, unit: string, more: Partial<BenchResult> = {}) => ({
      ...{ name, metric, value, unit, n: rows },
      ...more,
    });
    return [
      one("notice, end to end", "speed", taken.mails / (freezing + sending), "mails/s", {
        goal: { least: 2000 },
        detail: `${taken.mails} mails, ${size.recipients - taken.mails} addresses that are none; ${machine}`,
      }),
      one("list, writing and freezing", "speed", rows / freezing, "recipients/s", {
        detail: `${freezing.toFixed(1)} s`,
      }),
      one("handing over", "speed", taken.mails / sending, "mails/s", { detail: `${sending.toFixed(1)} s` }),
      one("worker, peak memory", "RSS (VmHWM)", worker.peakBytes() / 1e6, "MB", { goal: { most: 200 } }),
      one("worker, CPU", "user and system", (cpu / taken.mails) * 1e6, "us/mail", {
        detail: `${cpu.toFixed(1)} s; the service's own ${taken.cpuSeconds.toFixed(1)} s`,
      }),
      one("database, rows", "a recipient", (size.recipients + size.batches) / rows, "rows", { goal: { most: 1.02 } }),
      one("database, space", "a recipient", size.bytes / rows, "bytes", {
        detail: "tables and indexes, after sending",
      }),
      ...[2, 5].map((calls) => one(`1,000,000 at ${calls} calls/s`, "time", hoursAt(calls, rows / freezing), "h")),
    ];
  } finally {
    await worker.stop();
    await service.stop();
    await sql.end();
    await closeQueue();
    await closeDatabases();
    await server.stop();
  }
}

/** One call of every second stays free for sign-in mail, and the first share rests. */
function hoursAt(calls: number, frozenPerSecond: number): number {
  const seconds = 1e6 / frozenPerSecond + 1e6 / 100 / (calls - 1) + config.notices.canaryMinutes * 60;
  return seconds / 3600;
}

async function untilComplete(sql: postgres.Sql, noticeId: string): Promise<{ frozen: Date; completed: Date }> {
  for (;;) {
    const [row] = await sql`select frozen_at, completed_at, paused_at from notices where id = ${noticeId}`;
    if (row?.paused_at) throw new Error("the mailing stopped itself");
    if (row?.completed_at) return { frozen: row.frozen_at, completed: row.completed_at };
    await new Promise((done) => setTimeout(done, 200));
  }
}

async function sizeOf(sql: postgres.Sql, noticeId: string) {
  const [row] = await sql<{ recipients: number; batches: number; bytes: number }[]>`
    select (select count(*)::int from notice_recipients where notice_id = ${noticeId}) as recipients,
           (select count(*)::int from notice_batches where notice_id = ${noticeId}) as batches,
           (pg_total_relation_size('notice_recipients') + pg_total_relation_size('notice_batches'))::float8 as bytes`;
  return row ?? { recipients: 0, batches: 0, bytes: 0 };
}

type Service = { url: string; apiKey: string; taken: () => Promise<Taken>; stop: () => Promise<void> };

async function startService(): Promise<Service> {
  const child = fork(resolve(root, "bench/mailing/mail-service.ts"), {
    execArgv: ["--import", import.meta.resolve("tsx")],
  });
  const [{ url, apiKey }] = (await once(child, "message")) as [{ url: string; apiKey: string }];
  return {
    url,
    apiKey,
    taken: async () => {
      child.send("taken");
      return ((await once(child, "message")) as [Taken])[0];
    },
    stop: () => ended(child, "SIGKILL"),
  };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill(signal);
  await exit;
}

/** The worker as `npm start` runs it; memory and CPU from /proc. */
function startWorker(service: Service) {
  const { command, args, env: malloc } = runWorker();
  const child = spawn(command, args, {
    env: {
      ...process.env,
      ...malloc,
      TC_PROCESS: "worker",
      RESEND_API_KEY: service.apiKey,
      RESEND_BASE_URL: service.url,
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const proc = (file: string) => readFileSync(`/proc/${child.pid}/${file}`, "utf8");
  return {
    child,
    peakBytes: () => Number(/VmHWM:\s+(\d+) kB/.exec(proc("status"))?.[1] ?? 0) * 1024,
    cpuSeconds: () => {
      // proc(5): the 14th and 15th field, in hundredths of a second.
      const [utime, stime] = proc("stat")
        .replace(/\(.*\)/, "()")
        .split(" ")
        .slice(13, 15)
        .map(Number);
      return ((utime ?? 0) + (stime ?? 0)) / 100;
    },
    stop: () => ended(child, "SIGTERM"),
  };
}
