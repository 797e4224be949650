import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { policyVersions } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { textBase } from "./approval";
import { headOf, textContent } from "./draft-input";
import { backToDraft, lockOwnDraft } from "./drafts";

const schema = textContent.extend({
  versionId: z.uuid(),
  /** The state of text and day that the editor began from (`Draft.textBase`). */
  basedOn: z.string().regex(/^[0-9a-f]{64}$/),
});
export type EditDraftInput = z.input<typeof schema>;

/** What is stored, for whoever was overtaken: to compare with, and to go on from. */
export type Stored = { markdown: string; effectiveAt: Temporal.Instant | null; base: string };
export type Conflict = { ok: false; reason: "conflict"; stored: Stored };
export type Saved = { number: number; base: string; at: Temporal.Instant };

/**
 * Changes a draft's text and the day it takes effect. Only its author does; a colleague comments, or starts a
 * draft of their own from it. Who saves from another state than the stored one gets `conflict` with what is
 * stored, and can save again from there: nothing is lost on either side. An edit voids the approvals (S15) and
 * takes the version out of review; saving what is stored already changes nothing and leaves no trace.
 */
export async function editDraft(
  ctx: Ctx,
  input: EditDraftInput,
): Promise<
  Result<Saved, "not-allowed" | "invalid-input" | "step-up-required" | "not-found" | "not-author"> | Conflict
> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role === "auditor") return fail("not-allowed");
  const parsed = schema.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { versionId, basedOn, markdown, effectiveAt } = parsed.data;
  return withPower(ctx, async (tx) => {
    const own = await lockOwnDraft(tx, versionId);
    if (!own.ok) return own;
    const { number, ...version } = own.value;
    const [stored, base] = [textBase(version), textBase({ markdown, effectiveAt })];
    if (base === stored) return ok({ number, base, at: tx.now });
    if (stored !== basedOn)
      return {
        ok: false as const,
        reason: "conflict" as const,
        stored: { markdown: version.markdown, effectiveAt: version.effectiveAt, base: stored },
      };
    const voided = await backToDraft(tx, versionId);
    const sha256 = sha256Hex(markdown);
    await tx.db
      .update(policyVersions)
      .set({ ...headOf(markdown), markdown, sha256, effectiveAt })
      .where(eq(policyVersions.id, versionId));
    await recordAudit(tx, {
      action: "policy-version.edited",
      object: { type: "policy_version", id: versionId },
      payload: { number, sha256, effectiveAt: effectiveAt?.toString() ?? null, approvalsVoided: voided },
    });
    return ok({ number, base, at: tx.now });
  });
}
