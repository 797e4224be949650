import type { Tx } from "../db/transaction";
import { highlightsIn } from "./approval";
import type { PolicyProblem } from "./document";
import { problemsOf } from "./problems-of";
import { proposalsIn, undecided } from "./proposals";
import { type Highlight, inForceIn, type PolicyVersion } from "./queries";
import type { PolicyValues } from "./values";

/** The version in force, when it has a lower number: what a draft is compared with. */
export async function beforeIn(tx: Tx, version: Pick<PolicyVersion, "number">): Promise<PolicyVersion | null> {
  const inForce = await inForceIn(tx);
  return inForce && inForce.number < version.number ? inForce : null;
}

/** A stored version against the one before it: what is proposed, and everything that keeps it from being published. */
export async function judge(tx: Tx, version: PolicyVersion, marks: readonly Highlight[], values?: PolicyValues) {
  const before = await beforeIn(tx, version);
  const proposals = await proposalsIn(tx, version, before, marks);
  return { proposals, problems: [...problemsOf(version, marks, before, values), ...undecided(proposals)] };
}

/** The problems alone, what nobody decided on included. */
export const problemsIn = async (tx: Tx, version: PolicyVersion, values?: PolicyValues): Promise<PolicyProblem[]> =>
  (await judge(tx, version, await highlightsIn(tx, version.id), values)).problems;
