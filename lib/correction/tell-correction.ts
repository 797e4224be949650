import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import { caseWorker } from "../cases/permit";
import type { Ctx } from "../context";
import { openWithMaster } from "../crypto/seal";
import { correctionNotices } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { faultPoint } from "../faults";
import { callProvider } from "../providers/call-provider";
import { ProviderNotTold } from "../providers/tell-provider";
import { noticePlace } from "./owe-corrections";

/**
 * Job: hands one message about a correction to a provider. Every try has the same id and bytes, so that one who took it and whose
 * reply was lost does nothing twice. 2xx means taken; 410 that nobody is there any more, and staff tell it; all else is tried again.
 * @throws ProviderNotTold for the queue to try again
 */
export async function tellCorrection(
  ctx: Ctx,
  { noticeId }: { noticeId: string },
  { signal }: { signal?: AbortSignal } = {},
): Promise<void> {
  const [row] = await withRead(ctx, (tx) =>
    tx.db.select().from(correctionNotices).where(eq(correctionNotices.id, noticeId)),
  );
  if (!row?.sealed || row.way !== "webhook" || row.toldAt) return;
  const body = openWithMaster(noticePlace(row.id), row.sealed);
  const outcome = await callProvider({ recipient: row.recipient, webhookId: row.id, body }, signal);
  await faultPoint("correction.sent");
  await withTransaction(ctx, async (tx) => {
    const open = and(eq(correctionNotices.id, noticeId), isNull(correctionNotices.toldAt));
    const values =
      outcome.kind === "taken"
        ? { toldAt: tx.now, sealed: null, lastFailure: null }
        : outcome.kind === "gone"
          ? { way: "manual" as const, lastFailure: "status-410" }
          : { lastFailure: outcome.why };
    const { count } = await tx.db
      .update(correctionNotices)
      .set({ attempts: row.attempts + 1, ...values })
      .where(open);
    if (count > 0 && outcome.kind === "taken") await entry(tx, row, false);
  });
  if (outcome.kind === "failed") throw new ProviderNotTold(outcome.why);
}

export const recordToldInput = z.object({ noticeId: z.uuid() });

/** Staff told a provider that is not called. A staff power, so it needs a fresh step-up (S14). */
export async function recordTold(
  ctx: Ctx,
  input: z.input<typeof recordToldInput>,
): Promise<Result<{ caseId: string }>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = recordToldInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  return withPower<Result<{ caseId: string }>>(ctx, async (tx) => {
    const [row] = await tx.db
      .select()
      .from(correctionNotices)
      .where(eq(correctionNotices.id, parsed.data.noticeId))
      .for("update");
    if (!row) return fail("not-found");
    if (row.toldAt) return fail("already-done");
    await tx.db
      .update(correctionNotices)
      .set({ toldAt: tx.now, toldBy: worker.staffId, sealed: null })
      .where(eq(correctionNotices.id, row.id));
    await entry(tx, row, true);
    return ok({ caseId: row.caseId });
  });
}

const entry = (tx: Tx, { caseId, recipient }: typeof correctionNotices.$inferSelect, noted: boolean) =>
  recordAudit(tx, {
    action: "correction.told",
    object: { type: "case", id: caseId },
    payload: { provider: recipient, noted },
  });
