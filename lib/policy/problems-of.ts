import { checkPromises } from "./check-promises";
import type { PolicyProblem } from "./document";
import { parsePolicy } from "./parse";
import type { Highlight, PolicyVersion } from "./queries";
import { technicalProblems } from "./technical";
import { type PolicyValues, valuesOf } from "./values";

/**
 * Everything that keeps a version from being published: problems of its source, sentences that disagree
 * with the configuration (rule 2), highlights that are missing or point nowhere. Empty when it may be.
 * Asked when it is submitted, approved and announced, since the configuration can change in between.
 * @param before the version that it follows; its clauses may be named by a highlight as well (they may be gone)
 */
export function problemsOf(
  version: Pick<PolicyVersion, "number" | "markdown" | "kind">,
  marks: readonly Pick<Highlight, "clauseId" | "position">[],
  before: { markdown: string } | null,
  values: PolicyValues = valuesOf(version.number),
): PolicyProblem[] {
  const parsed = parsePolicy(version.markdown);
  if (!parsed.ok) return parsed.problems;
  const previous = before ? parsePolicy(before.markdown) : null;
  const ids = new Set(
    [parsed, previous].flatMap((one) => (one?.ok ? one.policy.clauses : [])).map((clause) => clause.id),
  );
  const lost = marks
    .filter(({ clauseId }) => !ids.has(clauseId))
    .map((mark) => ({
      line: 1,
      message: `Highlight ${mark.position + 1} names the clause "${mark.clauseId}", which is not there.`,
    }));
  if (version.kind === "technical") {
    const upgraded = previous?.ok
      ? technicalProblems(previous.policy, parsed.policy)
      : [{ line: 1, message: "There is no version in force that this could be an upgrade of." }];
    const marked = marks.length > 0 ? [{ line: 1, message: "A technical upgrade changes nothing to highlight." }] : [];
    return [...checkPromises(parsed.policy, values), ...upgraded, ...marked];
  }
  const none =
    before && marks.length === 0
      ? [{ line: 1, message: "There is no highlight: the notice has to say what changes." }]
      : [];
  return [...checkPromises(parsed.policy, values), ...lost, ...none];
}
