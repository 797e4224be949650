import { and, eq, isNull, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { noticeContents, notices, noticeZones, policyVersions } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { envelopeNow } from "./mail-frame";
import { wordsOf } from "./mail-writer";

/**
 * Keeps what a mail's bytes depend on beside the ledger: the sender's addresses and how the effective time was written
 * for each zone. Configuration and software change; years later the hash of each mail can still be computed anew.
 * Called once the list of recipients is closed; again it changes nothing.
 */
export async function keepWording(ctx: Ctx, noticeId: string): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const [version] = await tx.db
      .select({ effectiveAt: policyVersions.effectiveAt })
      .from(notices)
      .innerJoin(policyVersions, eq(policyVersions.id, notices.versionId))
      .where(eq(notices.id, noticeId));
    if (!version?.effectiveAt) return;
    const { effectiveAt } = version;
    await tx.db
      .update(noticeContents)
      .set({ envelope: envelopeNow() })
      .where(and(eq(noticeContents.noticeId, noticeId), isNull(noticeContents.envelope)));
    const zones = await tx.db.execute<{ zone: string }>(
      sql`select distinct time_zone as zone from notice_recipients where notice_id = ${noticeId}`,
    );
    const rows = zones.map(({ zone }) => ({ noticeId, timeZone: zone, ...wordsOf(effectiveAt, zone) }));
    if (rows.length > 0) await tx.db.insert(noticeZones).values(rows).onConflictDoNothing();
  });
}
