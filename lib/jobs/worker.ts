import { setTimeout as sleep } from "node:timers/promises";
import { PgBoss } from "pg-boss";
import { type Ctx, systemCtx } from "../context";
import { withTransaction } from "../db/transaction";
import { env, jobHeartbeatSeconds } from "../env";
import { log } from "../log";
import { listState, stateWords } from "../suppression/state";
import { type JobName, type JobPayload, jobNames, jobs } from "./definitions";
import { handlers } from "./handlers";
import { enqueue } from "./queue";

/**
 * Starts handling every job of `definitions.ts` and its schedules.
 * @param only a subset of names, for tests
 * @returns stop: takes no new job, lets running ones finish for `drainSeconds`, then ends (R15)
 */
export async function startWorker(
  only: readonly JobName[] = jobNames,
): Promise<{ stop: (drainSeconds?: number) => Promise<void> }> {
  const heartbeat = jobHeartbeatSeconds();
  const boss = new PgBoss({
    connectionString: env().DATABASE_URL,
    options: "-c role=tc_worker -c statement_timeout=60000 -c lock_timeout=10000",
    application_name: "tc worker queue",
    max: 6,
    migrate: false,
    createSchema: false,
    // How often it is looked whether a worker fell silent, by whichever worker looks first.
    superviseIntervalSeconds: Math.floor(heartbeat / 6),
    monitorIntervalSeconds: Math.floor(heartbeat / 3),
    useListenNotify: true,
  });
  boss.on("error", (error) => log.error({ err: error }, "queue"));
  // A worker that starts while Postgres is away waits half a minute for it, rather than die and be started again.
  await boss.start({ attempts: 6 });
  for (const name of only) {
    const job = jobs[name];
    await boss.work(
      name,
      // New jobs wake a worker at once; a retry or a job put back is found by looking, so look often.
      {
        localConcurrency: job.concurrency,
        batchSize: 1,
        pollingIntervalSeconds: 1,
        notifyPollingIntervalSeconds: 2,
      },
      async ([received]) => {
        if (!received) return;
        const startedAt = performance.now();
        const ctx = systemCtx(`job:${name}`);
        try {
          // Payloads were parsed when they were sent; parse again, since deploys mix versions.
          const payload = job.payload.parse(received.data);
          if ("mailing" in job && (await waits(ctx, name, payload))) return;
          await handlers[name](ctx, payload as never, { signal: received.signal });
          log.info({ job: name, id: received.id, ms: Math.round(performance.now() - startedAt) }, "job done");
        } catch (error) {
          log.error({ job: name, id: received.id, requestId: ctx.requestId, err: error }, "job failed");
          // pg-boss stores what is thrown; only the name may reach its table (S31).
          throw new Error(error instanceof Error ? error.name : "failed");
        }
      },
    );
  }
  for (const name of only) {
    const job = jobs[name];
    if ("cron" in job) await patiently(() => boss.schedule(name, job.cron, {}, { tz: "UTC" }));
  }
  log.info({ jobs: only.length }, "worker ready");
  return {
    stop: async (drainSeconds = 20) => {
      await boss.stop({ graceful: true, timeout: drainSeconds * 1000 });
    },
  };
}

/** Postgres may go away in the middle of a start too: then what was asked of it is asked again, for half a minute. */
async function patiently(ask: () => Promise<void>): Promise<void> {
  for (let tried = 1; ; tried++)
    try {
      return await ask();
    } catch (error) {
      if (tried === 60) throw error;
      await sleep(500);
    }
}

/** Nobody is written to whom a restore brought back: until the erasures were done again the job comes back each minute. */
async function waits(ctx: Ctx, name: JobName, payload: JobPayload<JobName>): Promise<boolean> {
  const state = await listState(ctx);
  if (state !== "behind") return false;
  log.warn({ job: name }, `mailing held back: ${stateWords[state]}`);
  // What runs by a schedule comes back by itself.
  if (!("cron" in jobs[name]))
    await withTransaction(ctx, (tx) => enqueue(tx, name, payload as never, { startAfter: tx.now.add({ minutes: 1 }) }));
  return true;
}
