import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Ctx } from "../context";
import { casePresence, cases } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { timestamptz } from "../db/types";
import { fail, ok, type Result } from "../errors";
import { caseReader, caseWorker } from "./permit";
import { type Colleague, presentAt } from "./presence";

/** Seconds within which a second sign of life writes nothing, however many tabs send one. */
const quietSeconds = 20;

/**
 * A sign of life: whoever asks has the case open. Says who else has it. Of those alone who may change it, since an auditor overwrites
 * nothing. It is no look at a record; that stands in the log and in the person's receipt by itself.
 */
export async function keepPresence(
  ctx: Ctx,
  { caseId }: { caseId: string },
): Promise<Result<Colleague[], "not-found">> {
  if (!caseReader(ctx) || !z.uuid().safeParse(caseId).success) return fail("not-found");
  return withTransaction(ctx, async (tx) => {
    const [row] = await tx.db.select({ id: cases.id }).from(cases).where(eq(cases.id, caseId));
    if (!row) return fail("not-found");
    const worker = caseWorker(ctx);
    if (worker)
      await tx.db
        .insert(casePresence)
        .values({ caseId, staffId: worker.staffId, at: tx.now })
        .onConflictDoUpdate({
          target: [casePresence.caseId, casePresence.staffId],
          set: { at: tx.now },
          setWhere: sql`${casePresence.at} < ${timestamptz(tx.now.subtract({ seconds: quietSeconds }))}`,
        });
    return ok((await presentAt(tx, [caseId])).get(caseId) ?? []);
  });
}
