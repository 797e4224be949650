import { sql } from "drizzle-orm";
import { keyedHash } from "../crypto/hash";
import type { Tx } from "../db/transaction";
import { mailAddress } from "../mail/mail-address";
import { openAddress } from "../notices/address";

export type RecipientFacts = {
  notice: string;
  id: string;
  who: string;
  language: string;
  timeZone: string;
  state: string;
  contentSha256: string | null;
  address?: string | null;
  to?: string | null;
  [fact: string]: unknown;
};

type Row = {
  id: string;
  user: string;
  address: string;
  sealed: Buffer | null;
  key: Buffer | null;
  language: string;
  zone: string;
  state: string;
  hash: string | null;
  attempt: number;
  provider: string | null;
  sent: string | null;
  delivered: string | null;
  failed: string | null;
  failure: string | null;
  batch: { id: string; place: number; sha256: string; attempts: number; firstAttemptAt: string; sentAt: string } | null;
  events: { type: string; at: string; receivedAt: string; report: string }[] | null;
  second: { way: string; since: string; toldAt: string | null; sha256: string | null; staff: string | null } | null;
};

/** Stands for one account holder in every notice's file, and leads back to nobody without this app's secret. */
export const pseudonym = (platformUserId: string): string => keyedHash("evidence", platformUserId).slice(0, 22);

const pageSize = 500;

/**
 * The ledger's evidence of a notice's recipients in the order of their ids, one page a call.
 * @param which.after the last id of the page before
 * @param which.only one recipient
 * @param which.addresses with the address; otherwise people stand as pseudonyms alone
 */
export async function recipientFacts(
  tx: Tx,
  which: { noticeId: string; after?: string | null; only?: string; addresses: boolean },
): Promise<RecipientFacts[]> {
  const rows = await tx.db.execute<Row>(sql`
    select r.id, r.platform_user_id as user, r.address, r.address_sealed as sealed,
           ${which.addresses ? sql`n.address_key` : sql`null::bytea`} as key, r.language, r.time_zone as zone, r.state,
           r.content_sha256 as hash, r.attempt, r.provider_id as provider, r.sent_at::text as sent,
           r.delivered_at::text as delivered, r.failed_at::text as failed, r.failure,
           -- Not joined: behind row security the planner takes the batches for few and reads all of them for each row.
           (select json_build_object('id', b.id, 'place', r.batch_index, 'sha256', b.body_sha256, 'attempts', b.attempts,
              'firstAttemptAt', b.first_attempt_at, 'sentAt', b.sent_at) from notice_batches b where b.id = r.batch_id) as batch,
           (select json_agg(json_build_object('type', e.type, 'at', e.occurred_at, 'receivedAt', e.received_at,
              'report', e.webhook_id) order by e.id)
            from notice_events e where e.recipient_id = r.id) as events,
           (select json_build_object('way', w.way, 'since', w.created_at, 'toldAt', w.told_at, 'sha256', w.text_sha256,
              'staff', w.staff_id) from notice_second_ways w where w.recipient_id = r.id) as second
    from notice_recipients r join notices n on n.id = r.notice_id
    where r.notice_id = ${which.noticeId}
      ${which.after ? sql`and r.id > ${which.after}` : sql``} ${which.only ? sql`and r.id = ${which.only}` : sql``}
    order by r.id limit ${pageSize}`);
  return rows.map((row) => ({
    notice: which.noticeId,
    id: row.id,
    who: pseudonym(row.user),
    ...(which.addresses ? addressFacts(which.noticeId, row) : {}),
    language: row.language,
    timeZone: row.zone,
    state: row.state,
    contentSha256: row.hash,
    attempt: row.attempt,
    batch: row.batch && { ...row.batch, firstAttemptAt: iso(row.batch.firstAttemptAt), sentAt: iso(row.batch.sentAt) },
    handedOverAt: iso(row.sent),
    deliveredAt: iso(row.delivered),
    failedAt: iso(row.failed),
    failure: row.failure,
    serviceId: row.provider,
    secondWay: row.second && { ...row.second, since: iso(row.second.since), toldAt: iso(row.second.toldAt) },
    events: (row.events ?? []).map((event) => ({ ...event, at: iso(event.at), receivedAt: iso(event.receivedAt) })),
  }));
}

/** Both null once the address was erased; the proof stands without it. */
function addressFacts(noticeId: string, row: Row): { address: string | null; to: string | null } {
  const { id, key: addressKey, sealed: addressSealed } = row;
  const address = openAddress({ id, noticeId, addressKey, addressSealed, address: row.address });
  return { address, to: address === null ? null : mailAddress(address) };
}

const iso = (text: string | null): string | null => (text === null ? null : Temporal.Instant.from(text).toString());
