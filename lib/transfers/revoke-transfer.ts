import { and, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { changeCase, lockCase } from "../cases/change-case";
import { holderOf } from "../cases/permit";
import { recordEvent } from "../cases/record-event";
import { stopClocks } from "../cases/run-clocks";
import type { Ctx } from "../context";
import { packages, people, transfers } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { stop } from "../exports/stop-package";
import { enqueue } from "../jobs/queue";
import { queueMail } from "../mail/queue-mail";
import type { TransferRow } from "./states";

/**
 * Takes a transfer back, at any time: sending stops with the piece under way, and the receiver is told to delete what it has, also
 * after all of it arrived. Needs no step-up: protecting oneself asks no more than giving up (L12).
 */
export function revokeTransfer(ctx: Ctx, { transferId }: { transferId: string }): Promise<Result<void>> {
  return withTransaction(ctx, async (tx) => {
    const row = await ownTransfer(tx, transferId);
    if (!row) return fail("not-found");
    if (row.revokedAt || row.failedAt) return fail("already-done");
    await tx.db.update(transfers).set({ revokedAt: tx.now }).where(eq(transfers.id, row.id));
    await recordEvent(tx, { caseId: row.caseId, type: "transfer.revoked", detail: { transferId: row.id } });
    await recordAudit(tx, {
      action: "transfer.revoked",
      object: { type: "transfer", id: row.id },
      payload: { caseId: row.caseId, bytesSent: row.bytesSent, arrived: row.arrivedAt !== null },
    });
    // A first try that is under way has not written anything down yet, so every try counts.
    const reached = row.fence > 0;
    if (reached) await enqueue(tx, "transfer.recall", { transferId: row.id });
    await endCase(tx, row);
    await tell(tx, row, reached);
    return ok(undefined);
  });
}

/** The row, locked with its package, when it is the actor's own; a foreign and a missing id are the same (S19). */
async function ownTransfer(tx: Tx, transferId: string): Promise<TransferRow | null> {
  const holder = holderOf(tx.ctx);
  if (!holder || !z.uuid().safeParse(transferId).success) return null;
  const own = and(eq(transfers.id, transferId), eq(transfers.personId, holder.personId));
  // The package first, as whoever stops it does (stop-package.ts): the other way round each would wait for the other's row.
  const its = inArray(packages.id, tx.db.select({ id: transfers.packageId }).from(transfers).where(own));
  await tx.db.select({ id: packages.id }).from(packages).where(its).for("update");
  const [row] = await tx.db.select().from(transfers).where(own).for("update");
  return row ?? null;
}

/** The request ends with it, unless it was answered; a package that is still being written is stopped. */
async function endCase(tx: Tx, { caseId, packageId }: TransferRow): Promise<void> {
  const stopped = await stop(tx, packageId, "page");
  if (stopped.ok) return;
  const row = await lockCase(tx, caseId);
  if (!row || row.closedAt) return;
  await stopClocks(tx, caseId);
  await changeCase(tx, caseId, { decidedAt: tx.now, decision: "cancelled", closedAt: tx.now });
}

async function tell(tx: Tx, row: TransferRow, reached: boolean): Promise<void> {
  const [person] = await tx.db.select().from(people).where(eq(people.id, row.personId));
  if (!person) return;
  await queueMail(tx, {
    template: "transfer-revoked",
    to: person.email,
    personId: person.id,
    kind: "security",
    idempotencyKey: `transfer-revoked-${row.id}`,
    props: { scope: row.scope, transferId: row.id, name: row.name, reached },
  });
}
