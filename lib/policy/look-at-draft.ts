import { eq } from "drizzle-orm";
import type { Root } from "mdast";
import { visit } from "unist-util-visit";
import type { Ctx } from "../context";
import { policyVersions } from "../db/schema";
import { withRead } from "../db/transaction";
import { type Counts, diffPolicies } from "./diff";
import type { PolicyDocument, PolicyProblem } from "./document";
import { type ChangesLayout, layOutChanges } from "./lay-out-changes";
import { parsePolicy, policyDocument } from "./parse";
import { beforeIn, problemsIn } from "./problems-in";

/** A text as it is being written: what is wrong with it, how readers would see it, what it changes. */
export type DraftLook = {
  problems: PolicyProblem[];
  /** Null while the text cannot be read. */
  policy: PolicyDocument | null;
  /** Against the version in force; null without one, and while the text cannot be read. */
  changes: { before: number; counts: Counts; layout: ChangesLayout } | null;
};

/** Staff only: looks at a text as if it were stored as this draft. Stores nothing. Null when there is no such version. */
export function lookAtDraft(ctx: Ctx, versionId: string, markdown: string): Promise<DraftLook | null> {
  if (ctx.actor.kind !== "staff") return Promise.resolve(null);
  return withRead(ctx, async (tx) => {
    const [version] = await tx.db.select().from(policyVersions).where(eq(policyVersions.id, versionId));
    if (!version) return null;
    const before = await beforeIn(tx, version);
    const parsed = parsePolicy(markdown);
    const problems = await problemsIn(tx, { ...version, markdown });
    if (!parsed.ok) return { problems, policy: null, changes: null };
    const diff = before ? diffPolicies(policyDocument(before), parsed.policy) : null;
    return {
      problems,
      policy: withoutPositions(parsed.policy),
      changes: before && diff ? { before: before.number, counts: diff.counts, layout: layOutChanges(diff) } : null,
    };
  });
}

/** Where each node stood in the source is most of its bytes, and no page shows it. */
function withoutPositions(policy: PolicyDocument): PolicyDocument {
  for (const clause of policy.clauses)
    visit({ type: "root", children: clause.nodes } satisfies Root as Root, (node) => {
      delete node.position;
    });
  return policy;
}
