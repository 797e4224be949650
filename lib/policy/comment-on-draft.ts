import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { policyComments } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { lockUnannounced } from "./drafts";

const schema = z.object({
  versionId: z.uuid(),
  /** Null or empty: about the text as a whole. */
  clauseId: z
    .string()
    .trim()
    .max(100)
    .nullable()
    .transform((id) => id || null),
  body: z
    .string()
    .trim()
    .min(1)
    .max(4000)
    .refine((text) => !text.includes("\0")),
});

/**
 * Says something about a draft to its author and colleagues; nobody else ever reads it. A comment changes nothing
 * that an approval binds to. The audit entry says who, when and about which clause, not what.
 */
export async function commentOnDraft(
  ctx: Ctx,
  input: z.input<typeof schema>,
): Promise<Result<{ commentId: string }, "not-allowed" | "invalid-input" | "step-up-required" | "not-found">> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role === "auditor") return fail("not-allowed");
  const parsed = schema.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { versionId, clauseId, body } = parsed.data;
  return withPower(ctx, async (tx) => {
    const version = await lockUnannounced(tx, versionId);
    if (!version) return fail("not-found");
    const commentId = newId();
    await tx.db
      .insert(policyComments)
      .values({ id: commentId, versionId, clauseId, authorId: actor.staffId, body, createdAt: tx.now });
    await recordAudit(tx, {
      action: "policy-version.commented",
      object: { type: "policy_version", id: versionId },
      payload: { number: version.number, comment: commentId, clause: clauseId },
    });
    return ok({ commentId });
  });
}
