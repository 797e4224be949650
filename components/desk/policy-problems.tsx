import { Callout } from "@/components/ui/callout";
import type { PolicyProblem } from "@/lib/policy/document";

/** Everything that keeps a text from being published, line by line. */
export function PolicyProblems({ problems }: { problems: PolicyProblem[] }) {
  if (problems.length === 0) return null;
  const title =
    problems.length === 1 ? "One problem keeps this from review" : `${problems.length} problems keep this from review`;
  return (
    <Callout look="warn" title={title}>
      <ul className="space-y-1">
        {problems.map((problem) => (
          <li key={`${problem.line} ${problem.message}`}>
            <span className="tabular text-sm text-muted">Line {problem.line}:</span> {problem.message}
          </li>
        ))}
      </ul>
    </Callout>
  );
}
