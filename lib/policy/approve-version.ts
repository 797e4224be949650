import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { policyApprovals } from "../db/schema";
import { fail, ok, type Reason, type Result } from "../errors";
import { newId } from "../ids";
import { audienceOf, currentApproval, currentHash, highlightsIn } from "./approval";
import { lockUnannounced } from "./drafts";
import { problemsIn } from "./problems-in";
import type { Refusal } from "./submit-for-review";
import type { PolicyValues } from "./values";

const schema = z.object({
  versionId: z.uuid(),
  /** The hash of what the approver read (`Draft.hash`). */
  boundTo: z.string().regex(/^[0-9a-f]{64}$/),
});
type Reasons = Extract<
  Reason,
  | "not-allowed"
  | "invalid-input"
  | "step-up-required"
  | "not-found"
  | "not-ready"
  | "same-person"
  | "conflict"
  | "already-done"
>;

/**
 * A second officer approves exactly what they read: text, highlights, audience and time, by hash (S15).
 * Never the author; the database refuses that too. `conflict` when it changed since it was read.
 */
export async function approveVersion(
  ctx: Ctx,
  input: z.input<typeof schema>,
  values?: PolicyValues,
): Promise<Result<{ approvalId: string }, Reasons> | Refusal> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role !== "officer") return fail("not-allowed");
  const parsed = schema.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { versionId, boundTo } = parsed.data;
  return withPower(ctx, async (tx) => {
    const version = await lockUnannounced(tx, versionId);
    if (!version?.authorId) return fail("not-found");
    if (version.authorId === actor.staffId) return fail("same-person");
    if ((await currentHash(tx, version)) !== boundTo) return fail("conflict");
    if (!version.submittedAt) return fail("not-ready");
    if (await currentApproval(tx, version)) return fail("already-done");
    const marks = await highlightsIn(tx, versionId);
    const problems = await problemsIn(tx, version, values);
    if (problems.length > 0) return { ok: false, reason: "policy-problems" as const, problems };
    const approvalId = newId();
    const detail = {
      number: version.number,
      sha256: version.sha256,
      highlights: marks.length,
      kind: version.kind,
      audience: audienceOf(version.kind),
      effectiveAt: version.effectiveAt?.toString() ?? null,
    };
    await tx.db.insert(policyApprovals).values({
      id: approvalId,
      versionId,
      authorId: version.authorId,
      approverId: actor.staffId,
      boundTo,
      detail,
      approvedAt: tx.now,
    });
    await recordAudit(tx, {
      action: "policy-version.approved",
      object: { type: "policy_version", id: versionId },
      payload: { ...detail, approval: approvalId, boundTo },
    });
    return ok({ approvalId });
  });
}
