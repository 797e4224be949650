import { and, eq, isNull } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { recordEvent } from "../cases/record-event";
import { cases, people, transfers } from "../db/schema";
import type { Tx } from "../db/transaction";
import { enqueue } from "../jobs/queue";
import { queueMail } from "../mail/queue-mail";
import { failureWords } from "./failure-words";

type How = { acknowledgement: string; bytes: number } | { failure: string };

/** Ends an open transfer, with the receiver's signed word or with what failed, and tells its person. Safe to run twice. */
export async function endTransfer(tx: Tx, transferId: string, how: How): Promise<void> {
  const arrived = "acknowledgement" in how;
  const [row] = await tx.db
    .update(transfers)
    .set(
      arrived
        ? { arrivedAt: tx.now, acknowledgement: how.acknowledgement, bytesSent: how.bytes, lastFailure: null }
        : { failedAt: tx.now, lastFailure: how.failure },
    )
    .where(
      and(
        eq(transfers.id, transferId),
        isNull(transfers.arrivedAt),
        isNull(transfers.failedAt),
        isNull(transfers.revokedAt),
      ),
    )
    .returning();
  if (!row) return;
  const { caseId, personId, packageId, name, origin, scope } = row;
  const type = arrived ? "transfer.arrived" : "transfer.failed";
  await recordEvent(tx, { caseId, type, detail: { transferId, ...(arrived ? {} : { failure: how.failure }) } });
  await recordAudit(tx, {
    action: type,
    object: { type: "transfer", id: transferId },
    payload: { caseId, packageId, attempts: row.fence, ...(arrived ? { bytes: how.bytes } : { failure: how.failure }) },
  });
  // What the receiver may have of it, it has to delete.
  if (!arrived && row.fence > 0) await enqueue(tx, "transfer.recall", { transferId });
  const [person] = await tx.db.select().from(people).where(eq(people.id, personId));
  const [owner] = await tx.db.select({ reference: cases.reference }).from(cases).where(eq(cases.id, caseId));
  if (!person || !owner) return;
  const told = { to: person.email, personId, kind: "security" as const };
  const { reference } = owner;
  if (arrived)
    await queueMail(tx, {
      ...told,
      template: "transfer-arrived",
      idempotencyKey: `transfer-arrived-${transferId}`,
      props: { reference, scope, transferId, name, origin },
    });
  else
    await queueMail(tx, {
      ...told,
      template: "transfer-failed",
      idempotencyKey: `transfer-failed-${transferId}`,
      props: { reference, scope, transferId, packageId, name, why: failureWords(how.failure) },
    });
}
