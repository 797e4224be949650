import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { savedReplies } from "../db/schema";
import { fail, ok, type Result } from "../errors";

export const retireReplyInput = z.object({ replyId: z.uuid() });

/** Takes a saved reply out of use; the row stays, its title is free again. Agents their own, officers everybody's. */
export async function retireReply(ctx: Ctx, input: z.input<typeof retireReplyInput>): Promise<Result<null>> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role === "auditor") return fail("not-allowed");
  const parsed = retireReplyInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { replyId } = parsed.data;

  return withPower(ctx, async (tx) => {
    const own = actor.role === "officer" ? undefined : eq(savedReplies.writtenBy, actor.staffId);
    const retired = await tx.db
      .update(savedReplies)
      .set({ retiredAt: tx.now, editedBy: actor.staffId, editedAt: tx.now })
      .where(and(eq(savedReplies.id, replyId), isNull(savedReplies.retiredAt), own));
    if (retired.count === 0) return fail("not-found");
    await recordAudit(tx, { action: "reply.retired", object: { type: "saved-reply", id: replyId } });
    return ok(null);
  });
}
