import { eq } from "drizzle-orm";
import type { Ctx } from "../context";
import { cases } from "../db/schema";
import { withRead } from "../db/transaction";
import { type AskedUses, readAsked } from "../processing/asked-uses";
import { caseReader } from "./permit";
import { type ProvedBy, provedBy } from "./proved-by";

/**
 * What staff can make of a case that came in words: what it is to stop as soon as it is known who asks, and how that is known by now.
 * Staff come here from the case's page, whose opening is an audit entry of its own.
 */
export async function rightsOnCase(
  ctx: Ctx,
  caseId: string,
): Promise<{ asked: AskedUses | null; proved: ProvedBy | null } | null> {
  if (!caseReader(ctx)) return null;
  return withRead(ctx, async (tx) => {
    const [row] = await tx.db.select().from(cases).where(eq(cases.id, caseId));
    return row ? { asked: readAsked(row.askedUses), proved: await provedBy(tx, row) } : null;
  });
}
