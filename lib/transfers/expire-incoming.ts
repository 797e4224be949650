import { and, eq, isNotNull, isNull, lte, or, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { incomingTransfers } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { keptFor } from "../db/types";
import { removeWithin } from "./remove-incoming";

/** When a package that came in stopped being anybody's: what is left then is a row without a name. */
export const incomingEnd = sql`removed_at`;

/**
 * Removes what came in and was not taken in time, was refused, declined, taken back or taken over, and whose files are still
 * there. Safe to run twice.
 */
export async function expireIncoming(ctx: Ctx): Promise<void> {
  const t = incomingTransfers;
  const over = or(
    and(lte(t.expiresAt, sql`now()`), isNull(t.acceptedAt)),
    ...[t.withdrawnAt, t.declinedAt, t.refusedAt, t.importedAt, t.importFailedAt].map((ended) => isNotNull(ended)),
  );
  const removable = and(isNull(t.removedAt), over);
  const due = await withRead(ctx, (tx) => tx.db.select({ id: t.id }).from(t).where(removable).limit(500));
  for (const { id } of due) {
    await withTransaction(ctx, async (tx) => {
      // Asked again with the row held: it may have been taken over, or a piece of it come, since.
      const still = and(eq(t.id, id), removable);
      const [row] = await tx.db.select({ id: t.id }).from(t).where(still).for("update");
      if (!row) return;
      await removeWithin(tx, id);
      await recordAudit(tx, { action: "incoming.removed", object: { type: "incoming-transfer", id } });
    });
  }
}

/** Job: removes the nameless records of packages that came in, after `cases.keep`. Safe to run twice. */
export async function clearIncoming(ctx: Ctx): Promise<void> {
  await expireIncoming(ctx);
  await withTransaction(ctx, async (tx) => {
    await tx.db
      .delete(incomingTransfers)
      .where(sql`removed_at is not null and ${keptFor(incomingEnd, config.cases.keep, tx.now)}`);
  });
}
