import { sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { disclosures } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { keptFor } from "../db/types";

/** From when a record counts its time: it was opened, or never released. Null for one that is sealed or waits. */
export const disclosureEnd = sql`coalesce(opened_at, withdrawn_at)`;

/** Job: removes records that are older than `disclosures.keep`; that there was one stays in the log. Safe to run twice. */
export async function clearDisclosures(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    await tx.db
      .delete(disclosures)
      .where(sql`${disclosureEnd} is not null and ${keptFor(disclosureEnd, config.disclosures.keep, tx.now)}`);
  });
}
