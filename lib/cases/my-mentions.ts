import { and, desc, eq, isNull } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Ctx } from "../context";
import { caseMentions, cases, staff } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { caseReader } from "./permit";

export type Mention = { caseId: string; reference: string; by: string; at: string };

/** Notes that name whoever looks, in cases that they did not open since; newest first. */
export async function myMentions(ctx: Ctx, limit = 20): Promise<Mention[]> {
  const reader = caseReader(ctx);
  if (!reader) return [];
  const by = alias(staff, "by_staff");
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .select({ caseId: cases.id, reference: cases.reference, by: by.displayName, at: caseMentions.at })
      .from(caseMentions)
      .innerJoin(cases, eq(cases.id, caseMentions.caseId))
      .leftJoin(by, eq(by.id, caseMentions.byStaffId))
      .where(and(eq(caseMentions.staffId, reader.staffId), isNull(caseMentions.seenAt)))
      .orderBy(desc(caseMentions.at))
      .limit(limit);
    return rows.map((row) => ({ ...row, by: row.by ?? "a colleague", at: row.at.toString() }));
  });
}

/** The case was opened by somebody whom notes in it name: they have seen them. */
export async function seeMentions(tx: Tx, caseId: string): Promise<void> {
  const { actor } = tx.ctx;
  if (actor.kind !== "staff") return;
  await tx.db
    .update(caseMentions)
    .set({ seenAt: tx.now })
    .where(and(eq(caseMentions.caseId, caseId), eq(caseMentions.staffId, actor.staffId), isNull(caseMentions.seenAt)));
}
