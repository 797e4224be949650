import { and, eq, gt } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAccesses } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import { type LookedCase, noteAccess } from "./note-access";
import type { AccessPurpose } from "./words";

/**
 * The receipt of staff looking at what the platform holds of a case's person, beside that of the case: one a visit, with the same
 * reason (docs/cases.md).
 * @returns the purpose; null when one has to be stated on the case's page first, and then nothing may be shown
 */
export async function noteValues(tx: Tx, row: LookedCase & { subjectId: string }): Promise<AccessPurpose | null> {
  const { actor } = tx.ctx;
  const purpose = await noteAccess(tx, row);
  if (actor.kind !== "staff" || !purpose) return null;
  const [seen] = await tx.db
    .select({ id: recordAccesses.id })
    .from(recordAccesses)
    .where(
      and(
        ...[eq(recordAccesses.caseId, row.id), eq(recordAccesses.staffId, actor.staffId)],
        ...[eq(recordAccesses.what, "values"), eq(recordAccesses.personId, row.subjectId)],
        gt(recordAccesses.at, tx.now.subtract({ minutes: config.staffAccess.visitMinutes })),
      ),
    )
    .limit(1);
  if (seen) return purpose;
  await tx.db.insert(recordAccesses).values({
    ...{ id: newId(), personId: row.subjectId, caseId: row.id, staffId: actor.staffId, role: actor.role },
    ...{ purpose, what: "values", at: tx.now },
  });
  return purpose;
}
