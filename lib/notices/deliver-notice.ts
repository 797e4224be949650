import type { TemplateName } from "../../emails/registry";
import type { Ctx } from "../context";
import { withTransaction } from "../db/transaction";
import { faultPoint } from "../faults";
import { transport } from "../mail/transport";
import { openBody } from "./batch-body";
import { claimBatch, takeFence } from "./claim-batch";
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
  const sleep = options.sleep ?? pause;
  const run = await takeFence(ctx, noticeId);
  if (run === null) return;
  const template: TemplateName = run.kind === "withdrawal" ? "policy-withdrawn" : "policy-notice";
  let unknowns = 0;
  for (let sent = 0; !options.signal?.aborted && sent < (options.limit ?? Number.POSITIVE_INFINITY); sent++) {
    const batch = await claimBatch(ctx, noticeId, run);
    if (!batch) break;
    const claimedAt = Date.now();
    await faultPoint("notice.claimed");
    const body = openBody(batch);
    if (Date.now() - claimedAt > claimMs) throw new Error("the claim on a batch grew old");
    const outcome = await transport().send("/emails/batch", body, batch.idempotencyKey, template, batch.size);
    await faultPoint("notice.handed-over");
    unknowns = outcome.kind === "unknown" ? unknowns + 1 : 0;
    const waitMs = await recordOutcome(ctx, { noticeId, fence: run.fence, batchId: batch.id }, outcome, unknowns);
    await faultPoint("notice.recorded");
    if (waitMs === null || waitMs > sitOutMs) break;
    if (waitMs > 0) await sleep(waitMs);
  }
  await withTransaction(ctx, (tx) => refreshGate(tx, noticeId));
}
