import { and, eq, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { noticeRecipients } from "../db/schema";
import { withRead } from "../db/transaction";

/**
 * The recipient of a notice with exactly this address, for staff, so that one person's evidence can be
 * shown; null when there is none. An address never stands in a link, so the desk asks by POST (rule 8).
 */
export function findRecipient(
  ctx: Ctx,
  input: { noticeId: string; address: string },
): Promise<{ platformUserId: string } | null> {
  if (ctx.actor.kind !== "staff") return Promise.resolve(null);
  return withRead(ctx, async (tx) => {
    const [row] = await tx.db
      .select({ platformUserId: noticeRecipients.platformUserId })
      .from(noticeRecipients)
      .where(
        and(
          eq(noticeRecipients.noticeId, input.noticeId),
          sql`lower(${noticeRecipients.address}) = ${input.address.trim().toLowerCase()}`,
        ),
      )
      .limit(1);
    return row ?? null;
  });
}
