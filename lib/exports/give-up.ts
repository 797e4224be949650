import { eq } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { cases, packages, people } from "../db/schema";
import type { Tx } from "../db/transaction";
import { queueMail } from "../mail/queue-mail";
import { failureLabel } from "./labels";

/**
 * Ends a package that will not be tried again by itself, and tells its person; the case stays open.
 * @param failure `system.collection`, a system's name, or `gave-up`
 */
export async function giveUp(tx: Tx, packageId: string, failure: string): Promise<void> {
  const [row] = await tx.db
    .select({
      caseId: packages.caseId,
      fence: packages.fence,
      reference: cases.reference,
      personId: people.id,
      email: people.email,
    })
    .from(packages)
    .innerJoin(cases, eq(cases.id, packages.caseId))
    .innerJoin(people, eq(people.id, packages.personId))
    .where(eq(packages.id, packageId));
  if (!row) return;
  await tx.db.update(packages).set({ failedAt: tx.now, failure }).where(eq(packages.id, packageId));
  await recordAudit(tx, {
    action: "package.failed",
    object: { type: "package", id: packageId },
    payload: { caseId: row.caseId, failure, attempt: row.fence },
  });
  await queueMail(tx, {
    template: "package-failed",
    to: row.email,
    personId: row.personId,
    kind: "package-updates",
    idempotencyKey: `package-failed-${packageId}`,
    props: { reference: row.reference, packageId, what: failureLabel(failure) },
  });
}
