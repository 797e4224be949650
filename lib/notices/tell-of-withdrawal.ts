import { and, eq, sql } from "drizzle-orm";
import { noticeBatches, notices } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";
import { told } from "./told-people";

/**
 * Tells those whom the announcement of a version may have reached that it was withdrawn, with a notice of
 * its own through the same ledger and machinery, and the subscribers; what of the announcement was not sent is never sent, and
 * erased. In the transaction of the withdrawal (R1), whose version the caller holds locked; once a version.
 * No second officer is asked (S15): its words are fixed, and it takes nothing from anybody.
 * @param staffId the officer who withdrew it
 * @returns the notice's id; null when nobody had been told
 */
export async function tellOfWithdrawal(tx: Tx, versionId: string, staffId: string): Promise<string | null> {
  // A delivery claims each batch under this lock and then looks whether the version was withdrawn: whatever it
  // has not claimed by now it never will, and whatever it has claimed counts as told.
  const [announcement] = await tx.db
    .select()
    .from(notices)
    .where(and(eq(notices.versionId, versionId), eq(notices.kind, "announcement")))
    .for("no key update");
  if (!announcement) return null;
  await enqueue(tx, "subscribers.tell", { noticeId: announcement.id, withdrawn: true });
  if (!announcement.completedAt && !announcement.stoppedAt) {
    await tx.db
      .update(notices)
      .set({ stoppedAt: tx.now, stopReason: "withdrawn" })
      .where(eq(notices.id, announcement.id));
    await tx.db.update(noticeBatches).set({ body: null }).where(eq(noticeBatches.noticeId, announcement.id));
  }
  const [somebody] = await tx.db.execute(sql`select 1 ${told(announcement.id)} limit 1`);
  if (!somebody) return null;
  const [made] = await tx.db
    .insert(notices)
    .values({ id: newId(), versionId, kind: "withdrawal", createdBy: staffId, createdAt: tx.now })
    .onConflictDoNothing()
    .returning({ id: notices.id });
  if (!made) return null;
  await enqueue(tx, "notice.freeze", { noticeId: made.id });
  return made.id;
}
