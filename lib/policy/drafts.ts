import { and, eq, isNull } from "drizzle-orm";
import type { Ctx } from "../context";
import { policyApprovals, policyVersions } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { fail } from "../errors";
import { type Approval, currentApproval, currentHash, highlightsBase, highlightsIn, textBase } from "./approval";
import type { PolicyProblem } from "./document";
import { judge } from "./problems-in";
import type { DecidedProposal } from "./proposals";
import { type Highlight, inForceIn, type PolicyVersion } from "./queries";
import { type PolicyState, stateOf } from "./state";

export type Draft = {
  version: PolicyVersion;
  state: PolicyState;
  highlights: Highlight[];
  /** What an approval binds to. */
  hash: string;
  /** What an edit of the text and its day, or of the highlights, names as its base. */
  textBase: string;
  highlightsBase: string;
  approval: Approval | null;
  /** The version in force, which the draft is compared with. */
  before: PolicyVersion | null;
  problems: PolicyProblem[];
  /** What the rules find significant, with what was decided on each. */
  proposals: DecidedProposal[];
};

/** Staff only: a version with everything that the desk needs to edit, approve and announce it; null when missing. */
export function draft(ctx: Ctx, number: number): Promise<Draft | null> {
  if (ctx.actor.kind !== "staff") return Promise.resolve(null);
  return withRead(ctx, async (tx) => {
    const [version] = await tx.db.select().from(policyVersions).where(eq(policyVersions.number, number));
    if (!version) return null;
    const before = await inForceIn(tx);
    const marks = await highlightsIn(tx, version.id);
    return {
      version,
      state: stateOf(version, before?.id ?? null, tx.now),
      highlights: marks,
      hash: await currentHash(tx, version),
      textBase: textBase(version),
      highlightsBase: highlightsBase(marks),
      approval: await currentApproval(tx, version),
      before,
      ...(await judge(tx, version, marks)),
    };
  });
}

/** A version that can still change, locked against others until the transaction ends; null when there is none. */
export async function lockUnannounced(tx: Tx, versionId: string): Promise<PolicyVersion | null> {
  const [version] = await tx.db.select().from(policyVersions).where(eq(policyVersions.id, versionId)).for("update");
  return version && !version.announcedAt && !version.withdrawnAt ? version : null;
}

/** The same for its author, who alone changes it: so "approver is not author" means something (S15). */
export async function lockOwnDraft(tx: Tx, versionId: string) {
  const version = await lockUnannounced(tx, versionId);
  if (!version) return fail("not-found");
  const { actor } = tx.ctx;
  if (actor.kind !== "staff" || version.authorId !== actor.staffId) return fail("not-author");
  return { ok: true as const, value: version };
}

/**
 * Takes a version out of review before it is edited and voids its approvals (S15); what they were bound to is no
 * longer what is stored. The database does both as well, and refuses an edit of what is still in review.
 * @returns how many approvals were voided
 */
export async function backToDraft(tx: Tx, versionId: string): Promise<number> {
  const voided = await voidApprovals(tx, versionId);
  await tx.db.update(policyVersions).set({ submittedAt: null }).where(eq(policyVersions.id, versionId));
  return voided;
}

export async function voidApprovals(tx: Tx, versionId: string): Promise<number> {
  const voided = await tx.db
    .update(policyApprovals)
    .set({ voidedAt: tx.now })
    .where(and(eq(policyApprovals.versionId, versionId), isNull(policyApprovals.voidedAt)))
    .returning({ id: policyApprovals.id });
  return voided.length;
}
