import { asc, eq } from "drizzle-orm";
import type { Ctx } from "../context";
import { policyComments } from "../db/schema";
import { withRead } from "../db/transaction";

export type Comment = typeof policyComments.$inferSelect;

/** Staff only: what was said about a version, oldest first. */
export function commentsOn(ctx: Ctx, versionId: string): Promise<Comment[]> {
  if (ctx.actor.kind !== "staff") return Promise.resolve([]);
  return withRead(ctx, (tx) =>
    tx.db
      .select()
      .from(policyComments)
      .where(eq(policyComments.versionId, versionId))
      .orderBy(asc(policyComments.createdAt), asc(policyComments.id)),
  );
}
