import { lt } from "drizzle-orm";
import type { Ctx } from "../context";
import { casePresence } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { openSeconds } from "./presence";

/** Job, every minute: forgets who had a case open. Safe to run twice. */
export async function forgetPresence(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, (tx) =>
    tx.db.delete(casePresence).where(lt(casePresence.at, tx.now.subtract({ seconds: 2 * openSeconds }))),
  );
}
