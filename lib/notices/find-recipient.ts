import { and, eq } from "drizzle-orm";
import type { Ctx } from "../context";
import { noticeRecipients, notices } from "../db/schema";
import { withRead } from "../db/transaction";
import { addressHash, openAddressKey } from "./address";

/**
 * The recipient of a notice with this address in any way of writing it, for staff, so that one person's
 * evidence can be shown; null when there is none. An address never stands in a link, so the desk asks by POST (rule 8).
 */
export function findRecipient(
  ctx: Ctx,
  input: { noticeId: string; address: string },
): Promise<{ platformUserId: string } | null> {
  if (ctx.actor.kind !== "staff") return Promise.resolve(null);
  return withRead(ctx, async (tx) => {
    const [notice] = await tx.db.select().from(notices).where(eq(notices.id, input.noticeId));
    if (!notice) return null;
    const hash = notice.addressKey
      ? addressHash(openAddressKey(notice.id, notice.addressKey), input.address)
      : Buffer.alloc(0);
    const [row] = await tx.db
      .select({ platformUserId: noticeRecipients.platformUserId })
      .from(noticeRecipients)
      .where(and(eq(noticeRecipients.noticeId, input.noticeId), eq(noticeRecipients.addressHash, hash)))
      .limit(1);
    return row ?? null;
  });
}
