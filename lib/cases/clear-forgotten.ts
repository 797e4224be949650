import { sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { withTransaction } from "../db/transaction";
import { keptFor } from "../db/types";

/** Whom no request leads to any more. */
export const isUnneeded = sql`not exists (select 1 from cases c where c.subject_id = people.id or c.requester_id = people.id)`;

/** Job: removes the nameless rows of people who were forgotten, once the last of their requests is gone. Safe to run twice. */
export async function clearForgotten(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    await tx.db.execute(sql`
      with gone as (
        delete from people where erased_at is not null and ${keptFor(sql`erased_at`, config.cases.keep, tx.now)} and ${isUnneeded}
        returning id)
      delete from person_keys k using gone where k.person_id = gone.id`);
  });
}
