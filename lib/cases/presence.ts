import { and, asc, eq, gt, inArray, ne } from "drizzle-orm";
import { casePresence, staff } from "../db/schema";
import type { Tx } from "../db/transaction";

/** Seconds after which a page without a sign of life counts as closed: one may be late, and two are not missed. */
export const openSeconds = 100;

export type Colleague = { staffId: string; name: string };

/** Which colleagues have which of these cases open, besides whoever asks; by case. */
export async function presentAt(tx: Tx, caseIds: readonly string[]): Promise<Map<string, Colleague[]>> {
  const found = new Map<string, Colleague[]>();
  const { actor } = tx.ctx;
  if (actor.kind !== "staff" || caseIds.length === 0) return found;
  const rows = await tx.db
    .select({ caseId: casePresence.caseId, staffId: staff.id, name: staff.displayName })
    .from(casePresence)
    .innerJoin(staff, eq(staff.id, casePresence.staffId))
    .where(
      and(
        inArray(casePresence.caseId, [...caseIds]),
        ne(casePresence.staffId, actor.staffId),
        gt(casePresence.at, tx.now.subtract({ seconds: openSeconds })),
      ),
    )
    .orderBy(asc(staff.displayName));
  for (const { caseId, ...colleague } of rows) found.set(caseId, [...(found.get(caseId) ?? []), colleague]);
  return found;
}
