import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { masterKey, newestMasterVersion, openWith, sealWith } from "../crypto/seal";
import { noticeBatches, noticeContents, noticeRecipients, notices, policyVersions } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { personalMail } from "./personal-mail";

/** The mail service takes so many mails in one call (R5). */
const batchSize = 100;

const place = (batchId: string) => ({ table: "notice_batches", column: "body", row: batchId });

/** Compressed before sealing: a hundred mails differ in a few words each. */
function sealBody(batchId: string, body: string): Buffer {
  const version = newestMasterVersion();
  return sealWith(masterKey(version), version, place(batchId), zstdCompressSync(Buffer.from(body, "utf8")));
}

/** The exact bytes that were frozen. @throws when they are not what was frozen */
export function openBody(batch: { id: string; body: Buffer; bodySha256: string }): string {
  const body = zstdDecompressSync(openWith(masterKey, place(batch.id), batch.body)).toString("utf8");
  if (sha256Hex(body) !== batch.bodySha256) throw new Error("a batch's bytes are not those that were frozen");
  return body;
}

/**
 * Freezes the next batch of up to 100 mails: bytes, hash and idempotency key, in one transaction (R4).
 * @returns false when every reachable recipient is in a batch
 */
export function freezeBatch(ctx: Ctx, noticeId: string): Promise<boolean> {
  return withTransaction(ctx, async (tx) => {
    // The lock lets two runs take turns instead of the same people.
    const [notice] = await tx.db
      .select({ stoppedAt: notices.stoppedAt, effectiveAt: policyVersions.effectiveAt })
      .from(notices)
      .innerJoin(policyVersions, eq(policyVersions.id, notices.versionId))
      .where(eq(notices.id, noticeId))
      .for("update", { of: notices });
    if (!notice?.effectiveAt || notice.stoppedAt) return false;
    const { effectiveAt } = notice;
    const recipients = await tx.db
      .select()
      .from(noticeRecipients)
      .where(
        and(
          eq(noticeRecipients.noticeId, noticeId),
          eq(noticeRecipients.state, "queued"),
          isNull(noticeRecipients.batchId),
        ),
      )
      .orderBy(asc(noticeRecipients.id))
      .limit(batchSize);
    if (recipients.length === 0) return false;
    const contents = await tx.db.select().from(noticeContents).where(eq(noticeContents.noticeId, noticeId));
    const mails = recipients.map((recipient) => {
      const content =
        contents.find((row) => row.language === recipient.language) ??
        contents.find((row) => row.language === config.languages[0]);
      if (!content) throw new Error("the notice was not written yet");
      return JSON.stringify(personalMail(content, effectiveAt, recipient));
    });
    const batchId = newId();
    const body = `[${mails.join(",")}]`;
    const [last] = await tx.db.execute<{ position: number }>(
      sql`select coalesce(max(position), -1) + 1 as position from notice_batches where notice_id = ${noticeId}`,
    );
    await tx.db.insert(noticeBatches).values({
      id: batchId,
      noticeId,
      position: Number(last?.position),
      size: mails.length,
      body: sealBody(batchId, body),
      bodySha256: sha256Hex(body),
      idempotencyKey: `notice/${noticeId}/${batchId}`,
    });
    const rows = recipients.map(({ id }, i) => ({ id, i, hash: sha256Hex(mails[i] ?? "") }));
    await tx.db.execute(sql`
      update notice_recipients r set batch_id = ${batchId}, batch_index = u.i, content_sha256 = u.hash
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as u(id uuid, i int, hash text) where r.id = u.id`);
    return true;
  });
}
