import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { notices, policyVersions } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";
import { currentApproval } from "../policy/approval";
import { problemsIn } from "../policy/problems-in";
import { inForceIn } from "../policy/queries";
import type { Refusal } from "../policy/submit-for-review";
import { earliestEffect } from "./notice-period";

const input = z.object({ versionId: z.uuid() });

type Reasons =
  | "not-allowed"
  | "step-up-required"
  | "invalid-input"
  | "not-found"
  | "already-done"
  | "not-approved"
  | "overtaken"
  | "too-early";

/**
 * Announces an approved version: from now on its text is public and immutable, and everybody is told.
 * Text, notice, audit entry and the job that lists the recipients come to be together (R1).
 * Called twice, or by two people at once, it announces once.
 * @returns `not-approved` unless a second officer's approval is bound to exactly what is stored (S15);
 *   `policy-problems`, each named, when the text and the configuration have come to disagree since;
 *   `too-early` when the version would take effect before everybody has had the notice period
 */
export async function announceVersion(
  ctx: Ctx,
  raw: z.input<typeof input>,
): Promise<Result<{ noticeId: string }, Reasons> | Refusal> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role !== "officer") return fail("not-allowed");
  const parsed = input.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { versionId } = parsed.data;
  return withPower(ctx, async (tx) => {
    const [version] = await tx.db.select().from(policyVersions).where(eq(policyVersions.id, versionId)).for("update");
    // A technical upgrade is recorded, and nobody is told (lib/policy/record-upgrade.ts).
    if (!version || version.withdrawnAt || version.kind === "technical") return fail("not-found");
    if (version.announcedAt) return fail("already-done");
    const approval = await currentApproval(tx, version);
    if (!approval) return fail("not-approved");
    const inForce = await inForceIn(tx);
    if (inForce && inForce.number > version.number) return fail("overtaken");
    // The configuration may have changed since the approval (rule 2).
    const problems = await problemsIn(tx, version);
    if (problems.length > 0) return { ok: false, reason: "policy-problems" as const, problems };
    const { effectiveAt } = version;
    if (!effectiveAt || Temporal.Instant.compare(effectiveAt, earliestEffect(tx.now)) < 0) return fail("too-early");
    await tx.db.update(policyVersions).set({ announcedAt: tx.now }).where(eq(policyVersions.id, versionId));
    const noticeId = newId();
    await tx.db.insert(notices).values({ id: noticeId, versionId, createdBy: actor.staffId, createdAt: tx.now });
    await recordAudit(tx, {
      action: "policy-version.announced",
      object: { type: "policy_version", id: versionId },
      payload: {
        number: version.number,
        sha256: version.sha256,
        effectiveAt: effectiveAt.toString(),
        approval: approval.id,
        boundTo: approval.boundTo,
        notice: noticeId,
      },
    });
    await enqueue(tx, "notice.freeze", { noticeId });
    await enqueue(tx, "subscribers.tell", { noticeId, withdrawn: false });
    return ok({ noticeId });
  });
}
