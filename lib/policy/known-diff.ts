import { diffPolicies, type PolicyDiff } from "./diff";
import { policyDocument } from "./parse";
import type { PolicyVersion } from "./queries";

const known = new Map<string, PolicyDiff>();
type Stored = Pick<PolicyVersion, "markdown" | "sha256">;

/** The difference of two stored versions. Both texts are immutable, so each pair is compared once a process. */
export function diffOf(from: Stored, to: Stored): PolicyDiff {
  const key = `${from.sha256} ${to.sha256}`;
  const before = known.get(key);
  if (before) return before;
  const diff = diffPolicies(policyDocument(from), policyDocument(to));
  if (known.size >= 32) known.delete(known.keys().next().value ?? "");
  known.set(key, diff);
  return diff;
}
