import { sql } from "drizzle-orm";
import type { Tx } from "../db/transaction";

/**
 * Whether a colleague's place on the desk was not ended, which then waits for this transaction: whoever ends it returns the cases that
 * were given to them here as well. Asked once the case is locked. The database answers for everybody, as a person sees no staff.
 */
export async function stillOnDesk(tx: Tx, staffId: string): Promise<boolean> {
  const [row] = await tx.db.execute<{ is: boolean }>(sql`select tc_still_on_desk(${staffId}) as "is"`);
  return row?.is === true;
}
