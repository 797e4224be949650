import { sql } from "drizzle-orm";
import type { Tx } from "../db/transaction";

/** What one person says about their uses is taken one after the other: two forms, or a form and a browser's signal, about the same thing. */
export const oneAtATime = (tx: Tx, personId: string): Promise<unknown> =>
  tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`processing ${personId}`}, 0))`);
