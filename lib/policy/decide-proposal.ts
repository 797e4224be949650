import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { policyProposalDecisions } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { highlightsIn } from "./approval";
import { backToDraft, lockOwnDraft } from "./drafts";
import { storeHighlights } from "./edit-highlights";
import { highlightInput } from "./highlight-input";
import { beforeIn } from "./problems-in";
import { proposalsIn } from "./proposals";

const schema = z.object({
  versionId: z.uuid(),
  /** The proposal's key: it names the change as it was shown. */
  proposal: z.string().regex(/^[0-9a-f]{32}$/),
  verdict: z.discriminatedUnion("decision", [
    z.object({ decision: z.literal("confirmed") }),
    z.object({ decision: z.literal("edited"), highlight: highlightInput.omit({ clauseId: true }) }),
    z.object({ decision: z.literal("dismissed"), reason: z.string().trim().min(1).max(500) }),
  ]),
});

/**
 * The author's answer to a highlight that the rules propose: confirmed as it is, or in other words, it becomes a
 * highlight of the draft; dismissed, it needs a reason, which whoever approves reads. Like any edit it takes the
 * version out of review and voids approvals (S15). `conflict` when the text changed so that this is not proposed.
 */
export async function decideProposal(
  ctx: Ctx,
  input: z.input<typeof schema>,
): Promise<
  Result<
    { proposal: string },
    "not-allowed" | "invalid-input" | "step-up-required" | "not-found" | "not-author" | "conflict" | "already-done"
  >
> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role === "auditor") return fail("not-allowed");
  const parsed = schema.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { versionId, proposal: key, verdict } = parsed.data;
  return withPower(ctx, async (tx) => {
    const own = await lockOwnDraft(tx, versionId);
    if (!own.ok) return own;
    const version = own.value;
    const marks = await highlightsIn(tx, versionId);
    const found = (await proposalsIn(tx, version, await beforeIn(tx, version), marks)).find((one) => one.key === key);
    if (!found) return fail("conflict");
    if (found.decision && found.decision.decision !== "dismissed") return fail("already-done");
    const voided = await backToDraft(tx, versionId);
    const { key: _, line: __, decision: ___, ...proposed } = found;
    if (verdict.decision === "confirmed") await storeHighlights(tx, versionId, [...marks, proposed]);
    if (verdict.decision === "edited")
      await storeHighlights(tx, versionId, [...marks, { ...verdict.highlight, clauseId: found.clauseId }]);
    const row = {
      decision: verdict.decision,
      reason: verdict.decision === "dismissed" ? verdict.reason : null,
      decidedBy: actor.staffId,
      decidedAt: tx.now,
    };
    await tx.db
      .insert(policyProposalDecisions)
      .values({ versionId, proposal: key, ...row })
      .onConflictDoUpdate({ target: [policyProposalDecisions.versionId, policyProposalDecisions.proposal], set: row });
    await recordAudit(tx, {
      action: "policy-version.proposal-decided",
      object: { type: "policy_version", id: versionId },
      payload: {
        number: version.number,
        proposal: key,
        kind: found.kind,
        clause: found.clauseId,
        decision: verdict.decision,
        approvalsVoided: voided,
      },
    });
    return ok({ proposal: key });
  });
}
