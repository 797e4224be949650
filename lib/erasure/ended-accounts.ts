import { and, eq, isNull, sql } from "drizzle-orm";
import { endedAccounts } from "../db/schema";
import type { Tx } from "../db/transaction";
import { textArray, timestamptz } from "../db/types";

/**
 * Notes whose accounts a deletion or a sweep is about to end, before the first row goes. Safe to run again; what was noted stays,
 * since an attempt that fell may have taken the rows that said it.
 * @param endedBy the case's id, or the sweep's mark of the account
 * @param anew no attempt came so far that anything of it may have lasted: who has left since ends with it no more
 * @returns the accounts that are noted by now
 */
export async function noteEnding(
  tx: Tx,
  endedBy: string,
  platformUserIds: readonly string[],
  { anew = false } = {},
): Promise<string[]> {
  if (anew) await dropEnding(tx, endedBy);
  if (platformUserIds.length > 0)
    await tx.db.execute(sql`
    insert into ended_accounts (ended_by, platform_user_id, noted_at)
    select ${endedBy}, one, ${timestamptz(tx.now)} from unnest(${textArray(platformUserIds)}) one
    on conflict (ended_by, platform_user_id) do update set noted_at = excluded.noted_at`);
  const noted = await tx.db
    .select({ id: endedAccounts.platformUserId })
    .from(endedAccounts)
    .where(eq(endedAccounts.endedBy, endedBy));
  return noted.map(({ id }) => id);
}

/** It lasted, and nothing of it is held back: they are to be forgotten here too. */
export async function noteEnded(tx: Tx, endedBy: string): Promise<void> {
  await tx.db
    .update(endedAccounts)
    .set({ endedAt: tx.now })
    .where(and(eq(endedAccounts.endedBy, endedBy), isNull(endedAccounts.endedAt)));
}

/** None of them ends by it, such as an account that was opened again in the last moment. */
export async function dropEnding(tx: Tx, endedBy: string): Promise<void> {
  await tx.db.delete(endedAccounts).where(and(eq(endedAccounts.endedBy, endedBy), isNull(endedAccounts.endedAt)));
}

/** A sweep notes an account again at every try; what it did not for so long is another account's by now. */
const staleDays = 90;

/** Removes what nobody here has to be forgotten for any more. */
export async function clearEnded(tx: Tx): Promise<void> {
  await tx.db.execute(sql`
    delete from ended_accounts e
    where case when e.ended_at is not null
               then not exists (select 1 from people p where p.platform_user_id = e.platform_user_id)
               else e.noted_at < ${timestamptz(tx.now.subtract({ hours: 24 * staleDays }))}
                    and not exists (select 1 from deletions d where d.case_id::text = e.ended_by) end`);
}
