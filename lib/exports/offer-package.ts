import { eq } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { type AuditPayload, recordAudit } from "../audit/record";
import { cases, packageParts, packages, people, transfers } from "../db/schema";
import type { Tx } from "../db/transaction";
import { inWords } from "../in-words";
import { enqueue } from "../jobs/queue";
import { queueMail } from "../mail/queue-mail";
import { sizeInWords } from "./size";

/**
 * Hands a package that lies there whole to its person: from now on it opens, for `packages.keepDays`, and they are told by
 * mail. The row is locked by the caller. Where it was kept back the database asks for two people who looked (S15).
 */
export async function offerPackage(tx: Tx, packageId: string, counts: AuditPayload): Promise<void> {
  const expiresAt = tx.now.add({ hours: 24 * config.packages.keepDays });
  const [row] = await tx.db
    .update(packages)
    .set({ readyAt: tx.now, expiresAt })
    .where(eq(packages.id, packageId))
    .returning();
  if (!row) return;
  await recordAudit(tx, { action: "package.ready", object: { type: "package", id: packageId }, payload: counts });
  const parts = await tx.db
    .select({ id: packageParts.id })
    .from(packageParts)
    .where(eq(packageParts.packageId, packageId));
  const owed = await tx.db.select({ id: transfers.id }).from(transfers).where(eq(transfers.packageId, packageId));
  for (const { id } of owed) await enqueue(tx, "transfer.push", { transferId: id });
  // Who has it sent to another provider hears of that.
  if (owed.length > 0) return;
  const [owner] = await tx.db.select({ reference: cases.reference }).from(cases).where(eq(cases.id, row.caseId));
  const [person] = await tx.db.select().from(people).where(eq(people.id, row.personId));
  if (!person || !owner) return;
  await queueMail(tx, {
    template: "package-ready",
    to: person.email,
    personId: person.id,
    kind: "package-updates",
    idempotencyKey: `package-ready-${packageId}`,
    props: {
      reference: owner.reference,
      scope: row.scope,
      packageId,
      size: sizeInWords(row.bytes ?? 0),
      rows: new Intl.NumberFormat("en").format(row.rowsEstimated ?? 0),
      parts: parts.length,
      expiresAt: inWords(expiresAt, person.timeZone),
    },
  });
}
