import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { highlights, policyVersions } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { currentHash } from "./approval";
import { draftContent, headOf } from "./draft-input";
import { lockUnannounced, voidApprovals } from "./drafts";

const schema = draftContent.extend({
  versionId: z.uuid(),
  /** The hash of the draft as the editor saw it (`Draft.hash`). */
  basedOn: z.string().regex(/^[0-9a-f]{64}$/),
});
export type EditDraftInput = z.input<typeof schema>;

/**
 * Changes a draft's text, highlights or time. Only its author does, so that "approver is not author" means
 * something; a colleague starts a draft of their own from it. Whoever saved in between wins: the later one
 * gets `conflict` and loses nothing but the click. Any edit voids the approvals (S15) and takes the version
 * out of review.
 */
export async function editDraft(
  ctx: Ctx,
  input: EditDraftInput,
): Promise<
  Result<
    { hash: string },
    "not-allowed" | "invalid-input" | "step-up-required" | "not-found" | "not-author" | "conflict"
  >
> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role === "auditor") return fail("not-allowed");
  const parsed = schema.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { versionId, basedOn, markdown, effectiveAt, highlights: marks } = parsed.data;
  return withPower(ctx, async (tx) => {
    const version = await lockUnannounced(tx, versionId);
    if (!version) return fail("not-found");
    if (version.authorId !== actor.staffId) return fail("not-author");
    if ((await currentHash(tx, version)) !== basedOn) return fail("conflict");
    const sha256 = sha256Hex(markdown);
    const next = { ...headOf(markdown), markdown, sha256, effectiveAt, submittedAt: null };
    await tx.db.delete(highlights).where(eq(highlights.versionId, versionId));
    if (marks.length > 0)
      await tx.db
        .insert(highlights)
        .values(marks.map((mark, position) => ({ id: newId(), versionId, position, ...mark })));
    const hash = await currentHash(tx, { ...version, ...next });
    // Saving without a change leaves review and approvals alone.
    if (hash === basedOn) return ok({ hash });
    await tx.db.update(policyVersions).set(next).where(eq(policyVersions.id, versionId));
    const voided = await voidApprovals(tx, versionId);
    await recordAudit(tx, {
      action: "policy-version.edited",
      object: { type: "policy_version", id: versionId },
      payload: { number: version.number, sha256, highlights: marks.length, approvalsVoided: voided },
    });
    return ok({ hash });
  });
}
