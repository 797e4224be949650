import { recordAudit } from "../audit/record";
import { packages } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";

/**
 * Stores that a package is owed and puts the writing of it into the queue, in the caller's
 * transaction (R1). A person who signed in from a new address or device waits until `freshUntil`
 * (S14); until then one click stops it.
 */
export async function createPackage(
  tx: Tx,
  input: { caseId: string; personId: string; scope: "person" | "company" },
): Promise<{ packageId: string }> {
  const packageId = newId();
  const { actor } = tx.ctx;
  const fresh = actor.kind === "holder" ? actor.freshUntil : null;
  const notBefore = fresh && Temporal.Instant.compare(fresh, tx.now) > 0 ? fresh : null;
  await tx.db.insert(packages).values({ id: packageId, ...input, notBefore, requestedAt: tx.now });
  await recordAudit(tx, {
    action: "package.requested",
    object: { type: "package", id: packageId },
    payload: { caseId: input.caseId, scope: input.scope, waits: notBefore !== null },
  });
  await enqueue(tx, "package.write", { packageId }, notBefore ? { startAfter: notBefore } : {});
  return { packageId };
}
