import { and, asc, eq, gt, isNotNull } from "drizzle-orm";
import type { Ctx } from "../context";
import { processingChanges, processingRecords } from "../db/schema";
import { withRead } from "../db/transaction";

export type ChangeView = {
  /** Grows with every change; read on from the last one. */
  id: number;
  subject: string;
  kind: "objection" | "restriction" | "exception";
  purpose: string | null;
  system: string | null;
  what: (typeof processingChanges.$inferSelect)["what"];
  at: string;
};

const mostAtOnce = 1000;

/**
 * The feed: what changed for accounts of the platform since a number, oldest first. Who gets an account after they said something is in
 * it from then on, as `known`. Numbers are given in the order of the commits
 * (the database's trigger holds a lock from the number to the commit), so whoever reads on from the last one misses nothing.
 * @returns `next` to read on from, also when nothing is new; `more` when there is more at once
 */
export async function readChanges(
  ctx: Ctx,
  { after }: { after: number },
): Promise<{ changes: ChangeView[]; next: number; more: boolean }> {
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .select({
        ...{ id: processingChanges.id, subject: processingRecords.subject, what: processingChanges.what },
        ...{ kind: processingRecords.kind, purpose: processingRecords.purpose, system: processingRecords.system },
        at: processingChanges.at,
      })
      .from(processingChanges)
      .innerJoin(processingRecords, eq(processingRecords.id, processingChanges.recordId))
      .where(and(gt(processingChanges.id, after), isNotNull(processingRecords.subject)))
      .orderBy(asc(processingChanges.id))
      .limit(mostAtOnce + 1);
    const changes = rows
      .slice(0, mostAtOnce)
      .map(({ subject, at, ...row }) => ({ ...row, subject: String(subject), at: at.toString() }));
    return { changes, next: changes.at(-1)?.id ?? after, more: rows.length > mostAtOnce };
  });
}
