import { eq, sql } from "drizzle-orm";
import { consume } from "../auth/rate-limit";
import { cases } from "../db/schema";
import type { Tx } from "../db/transaction";
import { ok, type Result } from "../errors";

/**
 * Counts a new request of one person (S17). The same form sent again is the same request and counts
 * nothing; forms sent at the same time wait here for one another.
 * @param idempotencyKey as it is stored
 */
export async function paceRequest(
  tx: Tx,
  personId: string,
  idempotencyKey: string,
): Promise<Result<void, "too-many" | "cannot-check">> {
  await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${idempotencyKey}, 0))`);
  const [known] = await tx.db.select({ id: cases.id }).from(cases).where(eq(cases.idempotencyKey, idempotencyKey));
  return known ? ok(undefined) : consume("request.person", personId);
}
