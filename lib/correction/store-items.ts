import { and, eq, inArray, isNull } from "drizzle-orm";
import { sha256Hex } from "../crypto/hash";
import { correctionItems } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail } from "../errors";
import { newId } from "../ids";
import { cellHash, sealContent } from "./content";
import { labelOf } from "./own-fields";
import type { Proposed } from "./review-items";

/** The id of the first value that a form proposes, from its key and content: by it the same form is known again (R7). */
export const itemIdOf = (idempotencyKey: string, bodySha256: string): string =>
  sha256Hex(`correction-item\0${idempotencyKey}\0${bodySha256}`)
    .slice(0, 32)
    // A version 8 UUID (RFC 9562): its bits are ours.
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-8$3-a$4-$5");

/** One of the values has an open proposal already: thrown, so that nothing stays of what goes with it, a new case or half the values. */
class CorrectionOpen extends Error {}

/**
 * Stores proposed values in a case, after those that are in it already.
 * @param how.ruled whether what the map lets a rule decide is approved by it, or looked at by staff
 * @param how.proposedBy staff who propose it for the person
 * @throws CorrectionOpen
 */
export async function storeItems(
  tx: Tx,
  caseId: string,
  personId: string,
  proposed: readonly Omit<Proposed, "handle">[],
  { ruled, firstId, proposedBy = null }: { ruled: boolean; firstId?: string; proposedBy?: string | null },
): Promise<void> {
  const before = await tx.db.$count(correctionItems, eq(correctionItems.caseId, caseId));
  const rows = await Promise.all(
    proposed.map(async ({ cell, after, evidence }, at) => {
      const id = (at === 0 && firstId) || newId();
      const names = { system: cell.system, collection: cell.collection.name, field: cell.field.name };
      const by = cell.field.correct.by;
      const approved = by === "rule" && ruled;
      return {
        ...{
          id,
          caseId,
          position: before + at,
          proposedBy,
          ...names,
          label: labelOf(cell),
          category: cell.field.policyCategory,
        },
        by: by === "rule" && !ruled ? ("staff" as const) : by,
        cell: cellHash({ ...names, key: cell.key }),
        content: await sealContent(tx, personId, id, { key: cell.key, before: cell.value, after, evidence }),
        ...(approved ? { decision: "approved" as const, decidedAt: tx.now } : {}),
      };
    }),
  );
  const [open] = await tx.db
    .select({ id: correctionItems.id })
    .from(correctionItems)
    .where(
      and(
        inArray(
          correctionItems.cell,
          rows.map(({ cell }) => cell),
        ),
        isNull(correctionItems.settledAt),
      ),
    );
  if (open) throw new CorrectionOpen();
  // Somebody else's proposal may have waited to be committed: without it the others would be stored alone.
  const made = await tx.db.insert(correctionItems).values(rows).onConflictDoNothing();
  if (made.count !== rows.length) throw new CorrectionOpen();
}

/** For outside of the transaction. @throws whatever else it was */
export function correctionOpen(error: unknown): { ok: false; reason: "correction-open" } {
  if (error instanceof CorrectionOpen) return fail("correction-open");
  throw error;
}
