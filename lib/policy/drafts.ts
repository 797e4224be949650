import { and, asc, eq, isNull } from "drizzle-orm";
import type { Ctx } from "../context";
import { highlights, policyApprovals, policyVersions } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { type Approval, currentApproval, currentHash } from "./approval";
import type { PolicyProblem } from "./document";
import { problemsOf } from "./problems-of";
import { type Highlight, inForceIn, type PolicyVersion } from "./queries";
import { type PolicyState, stateOf } from "./state";

export type Draft = {
  version: PolicyVersion;
  state: PolicyState;
  highlights: Highlight[];
  /** What an edit names as its base and an approval binds to. */
  hash: string;
  approval: Approval | null;
  /** The version in force, which the draft is compared with. */
  before: PolicyVersion | null;
  problems: PolicyProblem[];
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
      approval: await currentApproval(tx, version),
      before,
      problems: problemsOf(version, marks, before && before.number < version.number ? before : null),
    };
  });
}

/** The highlights of a version in their order, inside a transaction. */
export const highlightsIn = (tx: Tx, versionId: string): Promise<Highlight[]> =>
  tx.db.select().from(highlights).where(eq(highlights.versionId, versionId)).orderBy(asc(highlights.position));

/** A version that can still change, locked against others until the transaction ends; null when there is none. */
export async function lockUnannounced(tx: Tx, versionId: string): Promise<PolicyVersion | null> {
  const [version] = await tx.db.select().from(policyVersions).where(eq(policyVersions.id, versionId)).for("update");
  return version && !version.announcedAt && !version.withdrawnAt ? version : null;
}

/** Voids every approval of a version: what they were bound to is no longer what is stored. */
export async function voidApprovals(tx: Tx, versionId: string): Promise<number> {
  const voided = await tx.db
    .update(policyApprovals)
    .set({ voidedAt: tx.now })
    .where(and(eq(policyApprovals.versionId, versionId), isNull(policyApprovals.voidedAt)))
    .returning({ id: policyApprovals.id });
  return voided.length;
}
