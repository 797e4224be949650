import { eq, type SQL, sql } from "drizzle-orm";
import { notices } from "../db/schema";
import type { Tx } from "../db/transaction";

/**
 * Erases addresses from the ledger; the proof stays: the hash of the mail, the service's id, every time.
 * Of one platform user in all notices, or of a whole notice, whose key goes with them (S32): what a backup
 * holds of those can then not be read either. Safe to run twice.
 * @returns how many rows lost an address
 */
export async function eraseAddresses(
  tx: Tx,
  whose: { platformUserId: string } | { noticeId: string },
): Promise<number> {
  if ("platformUserId" in whose) {
    // By each notice's own index; there is none of users alone.
    const rows = sql`(notice_id, platform_user_id) in (select id, ${whose.platformUserId} from notices)`;
    return erase(tx, rows);
  }
  await tx.db.update(notices).set({ addressKey: null }).where(eq(notices.id, whose.noticeId));
  return erase(tx, sql`notice_id = ${whose.noticeId}`);
}

async function erase(tx: Tx, which: SQL): Promise<number> {
  const [row] = await tx.db.execute<{ rows: number }>(sql`
    with erased as (
      update notice_recipients set address = '', address_sealed = null, address_hash = null
      where ${which} and (address_sealed is not null or address <> '') returning 1)
    select count(*)::int as rows from erased`);
  return row?.rows ?? 0;
}
