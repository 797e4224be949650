import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { policyVersions } from "../db/schema";
import { fail, ok, type Reason, type Result } from "../errors";
import { takesEffectAt } from "../notices/effect-gate";
import { tellOfWithdrawal } from "../notices/tell-of-withdrawal";
import { voidApprovals } from "./drafts";

const schema = z.object({
  versionId: z.uuid(),
  /** Public, in a sentence; the desk asks for it where a version was announced. */
  reason: z.string().trim().max(500).default(""),
});
type Reasons = Extract<
  Reason,
  "not-allowed" | "invalid-input" | "step-up-required" | "not-found" | "already-done" | "in-force"
>;

/**
 * Takes back a draft, or an announced version before it takes effect; its text and number stay on record, the reason is
 * public, and everybody who was told of it is told. What is or was in force cannot be withdrawn: only a newer version,
 * announced in time, changes it.
 */
export async function withdrawVersion(
  ctx: Ctx,
  input: z.input<typeof schema>,
): Promise<Result<{ number: number }, Reasons>> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role !== "officer") return fail("not-allowed");
  const parsed = schema.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { versionId, reason } = parsed.data;
  return withPower(ctx, async (tx) => {
    const [version] = await tx.db.select().from(policyVersions).where(eq(policyVersions.id, versionId)).for("update");
    if (!version) return fail("not-found");
    if (version.withdrawnAt) return fail("already-done");
    const { announcedAt } = version;
    const [effect] = await tx.db
      .select({ at: takesEffectAt })
      .from(policyVersions)
      .where(eq(policyVersions.id, versionId));
    if (announcedAt && effect?.at && Temporal.Instant.compare(effect.at, tx.now) <= 0) return fail("in-force");
    await tx.db
      .update(policyVersions)
      .set({ withdrawnAt: tx.now, withdrawnReason: reason || null })
      .where(eq(policyVersions.id, versionId));
    // Whoever was told that it comes is told that it does not.
    const notice = announcedAt ? await tellOfWithdrawal(tx, versionId, actor.staffId) : null;
    const voided = announcedAt ? 0 : await voidApprovals(tx, versionId);
    await recordAudit(tx, {
      action: "policy-version.withdrawn",
      object: { type: "policy_version", id: versionId },
      payload: { number: version.number, announced: announcedAt !== null, approvalsVoided: voided, notice },
    });
    return ok({ number: version.number });
  });
}
