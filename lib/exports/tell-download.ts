import { and, count, eq, isNotNull, isNull } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { cases, packageDownloads, packageParts, packages, people } from "../db/schema";
import type { Tx } from "../db/transaction";
import { inWords } from "../in-words";
import { queueMail } from "../mail/queue-mail";

/**
 * Tells the person of a download (P3), once: when its last byte was handed over, or when it was left
 * unfinished, since all but the last byte is as good as all to somebody who should not have it. What
 * the same session fetches of the same part after that is on record and sends no further mail (S17).
 */
export async function tellDownload(tx: Tx, downloadId: string, finished: boolean): Promise<void> {
  const [row] = await tx.db
    .select({ download: packageDownloads, packageId: packages.id, reference: cases.reference, person: people })
    .from(packageDownloads)
    .innerJoin(packages, eq(packages.id, packageDownloads.packageId))
    .innerJoin(cases, eq(cases.id, packages.caseId))
    .innerJoin(people, eq(people.id, packages.personId))
    .where(and(eq(packageDownloads.id, downloadId), isNull(packageDownloads.toldAt)));
  if (!row) return;
  const { packageId, download, reference, person } = row;
  const known = await toldBefore(tx, download, finished);
  await tx.db
    .update(packageDownloads)
    .set({ toldAt: tx.now, ...(finished ? { completedAt: tx.now } : {}) })
    .where(eq(packageDownloads.id, downloadId));
  await recordAudit(tx, {
    action: finished ? "package.downloaded" : "package.download-left",
    object: { type: "package", id: packageId },
    payload: { part: download.position },
  });
  if (known) return;
  const [parts] = await tx.db
    .select({ count: count() })
    .from(packageParts)
    .where(eq(packageParts.packageId, packageId));
  await queueMail(tx, {
    template: "package-downloaded",
    to: person.email,
    personId: person.id,
    kind: "security",
    idempotencyKey: `package-downloaded-${downloadId}`,
    props: {
      reference,
      packageId,
      part: download.position,
      parts: parts?.count ?? 1,
      startedAt: inWords(download.startedAt, person.timeZone),
      finished,
    },
  });
}

/** Whether as much was told already of this part and session; a finished one is told after one that was left. */
async function toldBefore(
  tx: Tx,
  { packageId, position, sessionId }: typeof packageDownloads.$inferSelect,
  finished: boolean,
): Promise<boolean> {
  if (!sessionId) return false;
  const [told] = await tx.db
    .select({ id: packageDownloads.id })
    .from(packageDownloads)
    .where(
      and(
        eq(packageDownloads.packageId, packageId),
        eq(packageDownloads.position, position),
        eq(packageDownloads.sessionId, sessionId),
        isNotNull(packageDownloads.toldAt),
        finished ? isNotNull(packageDownloads.completedAt) : undefined,
      ),
    )
    .limit(1);
  return told !== undefined;
}
