import { sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { openDatabase } from "../db/client";
import type { Tx } from "../db/transaction";

/**
 * One transaction of sign-in itself, which works before anybody is known: the role `tc_auth` sees
 * sessions, challenges, passkeys and people, and nothing else (S20). `ctx` names who the audit entry
 * is about.
 */
export function withAuthTransaction<T>(ctx: Ctx, work: (tx: Tx) => Promise<T>): Promise<T> {
  return openDatabase("tc_auth").db.transaction(async (db) => {
    const [row] = await db.execute<{ now: string }>(sql`select now()::text as now`);
    return work({ db, now: ctx.clock ? ctx.clock() : Temporal.Instant.from(String(row?.now)), ctx });
  });
}
