import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { policyComments } from "../db/schema";
import { fail, ok, type Result } from "../errors";

const schema = z.object({ commentId: z.uuid() });

/** Marks a comment as settled; what was said stays, with who settled it and when. */
export async function resolveComment(
  ctx: Ctx,
  input: z.input<typeof schema>,
): Promise<
  Result<{ versionId: string }, "not-allowed" | "invalid-input" | "step-up-required" | "not-found" | "already-done">
> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role === "auditor") return fail("not-allowed");
  const parsed = schema.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { commentId } = parsed.data;
  return withPower(ctx, async (tx) => {
    const [comment] = await tx.db.select().from(policyComments).where(eq(policyComments.id, commentId)).for("update");
    if (!comment) return fail("not-found");
    if (comment.resolvedAt) return fail("already-done");
    const { versionId, clauseId } = comment;
    await tx.db
      .update(policyComments)
      .set({ resolvedAt: tx.now, resolvedBy: actor.staffId })
      .where(eq(policyComments.id, commentId));
    await recordAudit(tx, {
      action: "policy-version.comment-resolved",
      object: { type: "policy_version", id: versionId },
      payload: { comment: commentId, clause: clauseId },
    });
    return ok({ versionId });
  });
}
