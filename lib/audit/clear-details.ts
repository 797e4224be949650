import { sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { withTransaction } from "../db/transaction";
import { keptFor } from "../db/types";
import { recordAudit } from "./record";

/** Entries emptied in one transaction. */
const chunk = 5000;

/**
 * Job: removes the details of entries that are older than `audit.details`, with their salts. The entry stays with the hash of what
 * it held, so that a proof over the log holds as before (RFC 6962).
 */
export async function clearAuditDetails(ctx: Ctx): Promise<void> {
  for (;;) {
    const removed = await withTransaction(ctx, async (tx) => {
      const { count } = await tx.db.execute(sql`
        delete from audit_payloads where entry_id in (
          select p.entry_id from audit_payloads p join audit_entries e on e.id = p.entry_id
          where ${keptFor(sql`e.at`, config.audit.details, tx.now)} order by p.entry_id limit ${chunk})`);
      if (count > 0)
        await recordAudit(tx, {
          action: "audit.details-cleared",
          object: { type: "audit_entry", id: "old" },
          payload: { entries: count, keptFor: config.audit.details },
        });
      return count;
    });
    if (removed < chunk) return;
  }
}
