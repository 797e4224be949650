import type { PolicyDocument } from "@/lib/policy/document";

/** The clauses as a list of links; with JavaScript the one being read is marked. */
export function Contents({ policy }: { policy: PolicyDocument }) {
  const main = policy.clauses.filter((clause) => clause.level === 2);
  return (
    <nav aria-label="Contents" className="contents no-print">
      <details open className="contents-fold">
        <summary className="contents-title">Contents</summary>
        <ol>
          {main.map((clause) => (
            <li key={clause.id}>
              <a href={`#${clause.id}`} data-contents={clause.id}>
                {clause.heading}
              </a>
            </li>
          ))}
        </ol>
      </details>
    </nav>
  );
}
