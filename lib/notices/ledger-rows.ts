import { sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { sha256Hex } from "../crypto/hash";
import type { Holder } from "../data-map/audience";
import { noticeBatches } from "../db/schema";
import type { Tx } from "../db/transaction";
import { timestamptz } from "../db/types";
import { newId } from "../ids";
import { mailAddress } from "../mail/mail-address";
import { addressHash, sealAddress } from "./address";
import { sealBody } from "./batch-body";
import type { mailWriter } from "./mail-writer";

/** The mail service takes so many mails in one call (R5). */
export const batchSize = 100;

type Row = {
  id: string;
  user: string;
  sealed: string;
  hash: string;
  language: string;
  zone: string;
  batch: string | null;
  i: number | null;
  sha256: string | null;
  /** Why no mail is written: no mail can reach the address, or one came back before. */
  failure: "address" | "second-way" | null;
};

/** A piece of the ledger ready to be stored: whom the notice is owed to, and the batches with their exact bytes. */
export type LedgerRows = { rows: Row[]; batches: (typeof noticeBatches.$inferInsert)[] };

/** What writes the mails of one notice. */
export type Press = {
  noticeId: string;
  addressKey: Buffer;
  /** By language; the first configured one serves all others. */
  writers: Map<string, ReturnType<typeof mailWriter>>;
};

const hex = (bytes: Buffer): string => `\\x${bytes.toString("hex")}`;

/**
 * Writes the mails of a few hundred or thousand people: batches of 100 with bytes, hash and idempotency key
 * (R4), and one row a person. An address that no mail can reach, or that one came back from, gets its row and no mail.
 * @param position of the first batch among all of the notice
 */
export function ledgerRows(press: Press, people: Holder[], position: number): LedgerRows {
  const { noticeId, addressKey } = press;
  const rows: Row[] = [];
  const batches: LedgerRows["batches"] = [];
  const reachable: { row: Row; to: string }[] = [];
  for (const person of people) {
    const id = newId();
    const language = press.writers.has(person.language) ? person.language : config.languages[0];
    const to = mailAddress(person.email);
    const failure = !to ? "address" : person.cameBack ? "second-way" : null;
    const row: Row = {
      id,
      user: person.userId,
      sealed: hex(sealAddress(addressKey, id, person.email)),
      hash: hex(addressHash(addressKey, to ?? person.email)),
      language,
      zone: person.timeZone,
      batch: null,
      i: null,
      sha256: null,
      failure,
    };
    rows.push(row);
    if (to && !failure) reachable.push({ row, to });
  }
  for (let at = 0; at < reachable.length; at += batchSize) {
    batches.push(writeBatch(press.writers, reachable.slice(at, at + batchSize), noticeId, position + batches.length));
  }
  return { rows, batches };
}

/** Batches are written one after the other into the same memory, which grows to the largest. */
let paper = Buffer.alloc(0);

/** One batch's bytes; each row learns its place and the hash of its mail. */
export function writeBatch(
  writers: Press["writers"],
  mails: { row: Pick<Row, "id" | "language" | "zone" | "batch" | "i" | "sha256">; to: string }[],
  noticeId: string,
  position: number,
): typeof noticeBatches.$inferInsert {
  const id = newId();
  const writerOf = (language: string) => {
    const writer = writers.get(language);
    if (!writer) throw new Error("the notice was not written in this language");
    return writer;
  };
  const most = mails.reduce((sum, { row }) => sum + writerOf(row.language).mostBytes(row.zone) + 1, 2);
  if (paper.length < most) paper = Buffer.allocUnsafeSlow(most);
  const bytes = paper;
  let end = bytes.write("[");
  for (const [i, { row, to }] of mails.entries()) {
    if (i > 0) end += bytes.write(",", end);
    const begin = end;
    end = writerOf(row.language).write(bytes, begin, { to, recipientId: row.id, timeZone: row.zone });
    Object.assign(row, { batch: id, i, sha256: sha256Hex(bytes.subarray(begin, end)) });
  }
  end += bytes.write("]", end);
  const body = bytes.subarray(0, end);
  return {
    id,
    noticeId,
    position,
    size: mails.length,
    body: sealBody(id, body),
    bodySha256: sha256Hex(body),
    idempotencyKey: `notice/${noticeId}/${id}`,
  };
}

/**
 * Puts them into the ledger in one statement each. Not by COPY, which refuses tables with row security
 * (docs/decisions/notice-ledger.md).
 */
export async function storeRows(tx: Tx, noticeId: string, { rows, batches }: LedgerRows): Promise<void> {
  if (batches.length > 0) await tx.db.insert(noticeBatches).values(batches);
  await tx.db.execute(sql`
    insert into notice_recipients (id, notice_id, platform_user_id, person_id, address_sealed, address_hash, language,
                                   time_zone, batch_id, batch_index, content_sha256, state, failure, failed_at)
    select u.id, ${noticeId}, u."user", (select p.id from people p where p.platform_user_id = u."user" order by p.id limit 1),
           u.sealed, u.hash, u.language, u.zone, u.batch, u.i, u.sha256,
           case when u.batch is null then 'failed' else 'queued' end,
           u.failure,
           case when u.batch is null then ${timestamptz(tx.now)} end
    from json_to_recordset(${JSON.stringify(rows)}::text::json)
      as u(id uuid, "user" text, sealed bytea, hash bytea, language text, zone text, batch uuid, i int, sha256 text, failure text)`);
}
