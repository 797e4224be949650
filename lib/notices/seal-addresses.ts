import { eq, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { notices } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { addressHash, newAddressKey, openAddressKey, sealAddress } from "./address";
import { lockNotice } from "./claim-batch";

const slice = 1000;

/**
 * Seals the addresses that ledgers held in clear before this version (expand, then contract): every hour, a
 * thousand rows a transaction, until none is left. Safe to run twice.
 * @returns how many were sealed
 */
export async function sealAddresses(ctx: Ctx): Promise<number> {
  const clear = await withTransaction(ctx, (tx) =>
    tx.db.execute<{ id: string }>(sql`
      select id from notices n
      where exists (select 1 from notice_recipients r where r.notice_id = n.id and r.address <> '')`),
  );
  let sealed = 0;
  for (const { id } of clear) {
    for (let done = slice; done === slice; sealed += done) done = await sealSlice(ctx, id);
  }
  return sealed;
}

function sealSlice(ctx: Ctx, noticeId: string): Promise<number> {
  return withTransaction(ctx, async (tx) => {
    const notice = await lockNotice(tx, noticeId);
    if (!notice) return 0;
    const addressKey = notice.addressKey ?? newAddressKey(noticeId);
    if (!notice.addressKey) await tx.db.update(notices).set({ addressKey }).where(eq(notices.id, noticeId));
    const key = openAddressKey(noticeId, addressKey);
    const clear = await tx.db.execute<{ id: string; address: string }>(sql`
      select id, address from notice_recipients where notice_id = ${noticeId} and address <> '' limit ${slice}`);
    const rows = clear.map(({ id, address }) => ({
      id,
      sealed: `\\x${sealAddress(key, id, address).toString("hex")}`,
      hash: `\\x${addressHash(key, address).toString("hex")}`,
    }));
    await tx.db.execute(sql`
      update notice_recipients r set address = '', address_sealed = u.sealed, address_hash = u.hash
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as u(id uuid, sealed bytea, hash bytea)
      where r.id = u.id`);
    return rows.length;
  });
}
