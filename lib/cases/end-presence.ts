import { and, eq } from "drizzle-orm";
import { z } from "zod";
import type { Ctx } from "../context";
import { casePresence } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { caseWorker } from "./permit";

/** Whoever asks closed the page of a case. Another tab's next sign of life brings them back. */
export async function endPresence(ctx: Ctx, { caseId }: { caseId: string }): Promise<void> {
  const worker = caseWorker(ctx);
  if (!worker || !z.uuid().safeParse(caseId).success) return;
  const mine = and(eq(casePresence.caseId, caseId), eq(casePresence.staffId, worker.staffId));
  await withTransaction(ctx, (tx) => tx.db.delete(casePresence).where(mine));
}
