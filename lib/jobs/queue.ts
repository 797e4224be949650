import { sql } from "drizzle-orm";
import { fromDrizzle, PgBoss } from "pg-boss";
import { openDatabase, processRole } from "../db/client";
import type { Tx } from "../db/transaction";
import { log } from "../log";
import { deadLetterQueue, type JobName, type JobPayload, jobs } from "./definitions";

let sender: Promise<PgBoss> | undefined;

/** A pg-boss that only sends: no polling, no maintenance, no schema work. */
function sendingBoss(): Promise<PgBoss> {
  sender ??= (async () => {
    const boss = new PgBoss({
      db: fromDrizzle(openDatabase(processRole()).db, sql),
      supervise: false,
      schedule: false,
      migrate: false,
      createSchema: false,
      registerInstance: false,
    });
    boss.on("error", (error) => log.error({ err: error }, "queue"));
    return boss.start();
  })();
  sender.catch(() => {
    sender = undefined;
  });
  return sender;
}

type EnqueueOptions = {
  /** Not before this instant. */
  startAfter?: Temporal.Instant;
  /** Nothing is added while a job of this name and key waits. Two at the same moment may both be. */
  singletonKey?: string;
};

/**
 * Puts a job into the queue inside the caller's transaction: it exists exactly when the rows do (R1).
 * The payload holds ids only.
 */
export async function enqueue<N extends JobName>(
  tx: Tx,
  name: N,
  payload: JobPayload<N>,
  options: EnqueueOptions = {},
): Promise<void> {
  const boss = await sendingBoss();
  const db = fromDrizzle(tx.db, sql);
  const key = options.singletonKey;
  // pg-boss itself tells keys apart only in queues of another policy, which one that exists cannot be given.
  if (key && (await boss.findJobs(name, { key, queued: true, limit: 1, db })).length > 0) return;
  await boss.send(name, jobs[name].payload.parse(payload), {
    db,
    ...(options.startAfter ? { startAfter: options.startAfter.toString() } : {}),
    ...(key ? { singletonKey: key } : {}),
  });
}

/** Moves a dead letter back into the queue it came from, in the caller's transaction. @returns jobs moved, 0 or 1 */
export async function redrive(tx: Tx, jobId: string): Promise<number> {
  const boss = await sendingBoss();
  return boss.redrive(deadLetterQueue, { ids: [jobId], db: fromDrizzle(tx.db, sql) });
}

export async function closeQueue(): Promise<void> {
  const open = sender;
  sender = undefined;
  await (await open?.catch(() => undefined))?.stop({ graceful: false, close: false });
}
