import type { TemplateName } from "../../emails/registry";
import type { Ctx } from "../context";
import { withTransaction } from "../db/transaction";
import { faultPoint } from "../faults";
import { transport } from "../mail/transport";
import { openBody } from "./batch-body";
import { type ClaimedBatch, claimBatch, type Run, takeFence } from "./claim-batch";
import { recordOutcome } from "./record-outcome";
import { refreshGate } from "./refresh-gate";

type Options = {
  signal?: AbortSignal | undefined;
  /** Waits between calls; tests give a shorter one. */
  sleep?: (ms: number) => Promise<void>;
  /** Hands over at most so many batches. */
  limit?: number;
};

/** A claim older than this is not acted on: a process that slept meanwhile may have been replaced (R3). */
const claimMs = 60_000;
/** Longer waits are not sat out: the notice rests and `tendNotices` starts it again. */
const sitOutMs = 60_000;

/** So many calls are under way at once while the service says that there is plenty of room in its rate. */
const mostCalls = 3;

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/**
 * Hands a notice's frozen batches to the mail service, a canary share first, at the pace its headers
 * allow, always the same bytes under the same key, so that a lost answer sends nobody a second mail
 * (R4, R5). It stops for a pause, for a stop, and by itself above the bounds for bounces and complaints
 * (R6). Runs take a number; one that was overtaken writes nothing (R3). A batch whose outcome stayed
 * unknown longer than the service keeps keys is left to an officer.
 */
export async function deliverNotice(
  ctx: Ctx,
  { noticeId }: { noticeId: string },
  options: Options = {},
): Promise<void> {
  const run = await takeFence(ctx, noticeId);
  if (run === null) return;
  const calls = new Map<string, Promise<Call>>();
  try {
    await handOverAll(ctx, noticeId, run, calls, options);
  } finally {
    // What is under way is written down, whatever became of the others.
    await Promise.allSettled(calls.values());
  }
  await withTransaction(ctx, (tx) => refreshGate(tx, noticeId));
}

async function handOverAll(
  ctx: Ctx,
  noticeId: string,
  run: Run,
  calls: Map<string, Promise<Call>>,
  { sleep = pause, signal, limit = Number.POSITIVE_INFINITY }: Options,
): Promise<void> {
  let begun = 0;
  let atOnce = 1;
  let waitMs = 0;
  for (;;) {
    while (calls.size < atOnce && begun < limit && !signal?.aborted && waitMs <= sitOutMs) {
      if (waitMs > 0) await sleep(waitMs);
      waitMs = 0;
      const batch = await claimBatch(ctx, noticeId, run);
      if (!batch) break;
      begun++;
      run.underWay.add(batch.position);
      const call = handOver(ctx, run, batch);
      // Whoever waits for it gets the failure; until then it must not count as nobody's.
      call.catch(() => {});
      calls.set(batch.id, call);
    }
    if (calls.size === 0) return;
    const ended = await Promise.race(calls.values());
    calls.delete(ended.batchId);
    run.underWay.delete(ended.position);
    waitMs = Math.max(waitMs, ended.waitMs);
    // Whatever was not plainly taken is tried again alone.
    atOnce = ended.room > 2 * mostCalls ? mostCalls : 1;
  }
}

/** One call that ended: how long to wait before the next (for ever, when the run is over), and the room for others. */
type Call = { batchId: string; position: number; waitMs: number; room: number };

async function handOver(ctx: Ctx, run: Run, batch: ClaimedBatch): Promise<Call> {
  const { noticeId } = batch;
  const template: TemplateName = run.kind === "withdrawal" ? "policy-withdrawn" : "policy-notice";
  const claimedAt = Date.now();
  await faultPoint("notice.claimed");
  const body = openBody(batch);
  if (Date.now() - claimedAt > claimMs) throw new Error("the claim on a batch grew old");
  const outcome = await transport().send("/emails/batch", body, batch.idempotencyKey, template, batch.size);
  await faultPoint("notice.handed-over");
  run.unknowns = outcome.kind === "unknown" ? run.unknowns + 1 : 0;
  const waitMs = await recordOutcome(ctx, { noticeId, fence: run.fence, batchId: batch.id }, outcome, run.unknowns);
  await faultPoint("notice.recorded");
  return {
    batchId: batch.id,
    position: batch.position,
    waitMs: waitMs ?? Number.POSITIVE_INFINITY,
    room: outcome.kind === "accepted" ? outcome.pace.room : 0,
  };
}
