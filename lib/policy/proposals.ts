import { eq } from "drizzle-orm";
import { policyProposalDecisions } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { PolicyProblem } from "./document";
import { parsePolicy, policyDocument } from "./parse";
import { type Proposal, proposeHighlights } from "./propose-highlights";
import type { Highlight, PolicyVersion } from "./queries";

export type Decision = typeof policyProposalDecisions.$inferSelect;
export type DecidedProposal = Proposal & { decision: Decision | null };

/**
 * What the rules propose for a text against the version before it, each with what was decided on it. A decision
 * counts for exactly the change that it was made on, and one that made a highlight counts while its clause has one.
 */
export async function proposalsIn(
  tx: Tx,
  version: Pick<PolicyVersion, "id" | "kind" | "markdown">,
  before: Pick<PolicyVersion, "markdown" | "sha256"> | null,
  marks: readonly Pick<Highlight, "clauseId">[],
): Promise<DecidedProposal[]> {
  if (!before || version.kind === "technical") return [];
  const parsed = parsePolicy(version.markdown);
  if (!parsed.ok) return [];
  const decisions = await tx.db
    .select()
    .from(policyProposalDecisions)
    .where(eq(policyProposalDecisions.versionId, version.id));
  return withDecisions(proposeHighlights(policyDocument(before), parsed.policy), decisions, marks);
}

function withDecisions(
  proposals: Proposal[],
  decisions: Decision[],
  marks: readonly Pick<Highlight, "clauseId">[],
): DecidedProposal[] {
  const left = new Map<string, number>();
  for (const { clauseId } of marks) left.set(clauseId, (left.get(clauseId) ?? 0) + 1);
  return proposals.map((proposal) => {
    const decision = decisions.find((one) => one.proposal === proposal.key) ?? null;
    if (!decision || decision.decision === "dismissed") return { ...proposal, decision };
    const room = left.get(proposal.clauseId) ?? 0;
    left.set(proposal.clauseId, room - 1);
    return { ...proposal, decision: room > 0 ? decision : null };
  });
}

/** What keeps a version from review while nobody decided on it. */
export const undecided = (proposals: readonly DecidedProposal[]): PolicyProblem[] =>
  proposals
    .filter(({ decision }) => decision === null)
    .map(({ line, sentence }) => ({
      line,
      message: `Confirm, edit or dismiss the proposed highlight: "${sentence}"`,
    }));
