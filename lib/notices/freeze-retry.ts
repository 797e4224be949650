import { eq, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { noticeBatches, noticeContents, notices, policyVersions } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { enqueue } from "../jobs/queue";
import { mailAddress } from "../mail/mail-address";
import { openAddress } from "./address";
import { lockNotice, type Notice } from "./claim-batch";
import { batchSize, writeBatch } from "./ledger-rows";
import { mailWriter } from "./mail-writer";

/**
 * A recipient `r` whose mail can end otherwise when it is tried again: the service refused it, or took it and could not send
 * it. An address that is none, one that bounced and one that the service holds back would only fail the same way.
 */
export const isRetriable = sql`r.state = 'failed' and r.failure in ('refused', 'service')`;

/** People taken up in one transaction. */
const chunk = 10 * batchSize;

/**
 * Job: puts the mails that an officer had tried again into batches of their own under keys of their own, frozen like the
 * first ones (R4), and lets the delivery go on. What was reported of the earlier attempt stays on record and decides
 * nothing any more. Run again it finds nobody left.
 */
export async function freezeRetry(ctx: Ctx, { noticeId }: { noticeId: string }): Promise<void> {
  while (await withTransaction(ctx, (tx) => freezeSome(tx, noticeId)));
}

type Row = {
  id: string;
  language: string;
  zone: string;
  address: string;
  sealed: Buffer | null;
};

/** @returns false when nobody is left */
async function freezeSome(tx: Tx, noticeId: string): Promise<boolean> {
  const notice = await lockNotice(tx, noticeId);
  if (!notice?.startedAt || notice.stoppedAt) return false;
  const rows = await tx.db.execute<Row>(sql`
    select r.id, r.language, r.time_zone as zone, r.address, r.address_sealed as sealed from notice_recipients r
    where r.notice_id = ${noticeId} and ${isRetriable} order by r.id limit ${chunk} for update`);
  const mails = rows.flatMap((row) => {
    const { addressKey } = notice;
    const address = openAddress({ id: row.id, noticeId, addressKey, addressSealed: row.sealed, address: row.address });
    const to = mailAddress(address ?? "");
    return to ? [{ row: { ...row, batch: null, i: null, sha256: null }, to }] : [];
  });
  if (mails.length === 0) return false;
  const writers = await writersOf(tx, notice);
  const [last] = await tx.db.execute<{ position: number }>(
    sql`select coalesce(max(position), -1)::int as position from notice_batches where notice_id = ${noticeId}`,
  );
  const first = Number(last?.position) + 1;
  const batches = Array.from({ length: Math.ceil(mails.length / batchSize) }, (_, i) =>
    writeBatch(writers, mails.slice(i * batchSize, (i + 1) * batchSize), noticeId, first + i),
  );
  await tx.db.insert(noticeBatches).values(batches);
  const again = mails.map(({ row: { id, batch, i, sha256 } }) => ({ id, batch, i, sha256 }));
  await tx.db.execute(sql`
    update notice_recipients r set
      batch_id = u.batch, batch_index = u.i, content_sha256 = u.sha256, attempt = r.attempt + 1,
      earlier_ids = case when r.provider_id is null then r.earlier_ids else array_append(r.earlier_ids, r.provider_id) end,
      state = 'queued', provider_id = null, sent_at = null, delivered_at = null, failed_at = null, failure = null
    from json_to_recordset(${JSON.stringify(again)}::text::json) as u(id uuid, batch uuid, i int, sha256 text)
    where r.id = u.id`);
  // The canary share of this mailing was long ago: what goes out now has an officer's word.
  const values = { completedAt: null, restUntil: null, canaryAt: notice.canaryAt ?? tx.now };
  await tx.db.update(notices).set(values).where(eq(notices.id, noticeId));
  await enqueue(tx, "notice.deliver", { noticeId });
  return true;
}

/** What writes the mails of each language, from the words as they were frozen. */
async function writersOf(tx: Tx, notice: Notice) {
  const [version] = await tx.db.select().from(policyVersions).where(eq(policyVersions.id, notice.versionId));
  const effectiveAt = version?.effectiveAt;
  if (!effectiveAt) throw new Error("the notice's version has no effective time");
  const contents = await tx.db.select().from(noticeContents).where(eq(noticeContents.noticeId, notice.id));
  return new Map(contents.map((one) => [one.language, mailWriter(one, notice.id, effectiveAt)]));
}
