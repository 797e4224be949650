import { Link as LinkIcon } from "lucide-react";
import type { Clause, PolicyDocument } from "@/lib/policy/document";
import type { Standings } from "@/lib/policy/standing";
import "./policy.css";
import { renderNodes } from "./render-nodes";

type Marks = Parameters<typeof renderNodes>[1];
type Nested = { clause: Clause; parts: Nested[] };

/** Clauses of a lower level belong to the one above them. */
function nest(clauses: readonly Clause[]): Nested[] {
  const top: Nested[] = [];
  const open: Nested[] = [];
  for (const clause of clauses) {
    const node: Nested = { clause, parts: [] };
    while (open.length > 0 && (open.at(-1)?.clause.level ?? 0) >= clause.level) open.pop();
    (open.at(-1)?.parts ?? top).push(node);
    open.push(node);
  }
  return top;
}

/**
 * The text of a policy, clause by clause, each with its anchor and its line in plain language.
 * @param standings puts the promise marks into the text; only for the version in force
 */
export function PolicyText({ policy, standings }: { policy: PolicyDocument; standings: Standings | null }) {
  const byId: Partial<Record<string, Standings["byId"][keyof Standings["byId"]]>> = standings?.byId ?? {};
  const marks: Marks = standings ? { standing: (id) => byId[id] } : null;
  return (
    <div className="policy" lang={policy.language}>
      {nest(policy.clauses).map((node) => (
        <ClauseSection key={node.clause.id} node={node} marks={marks} />
      ))}
    </div>
  );
}

function ClauseSection({ node: { clause, parts }, marks }: { node: Nested; marks: Marks }) {
  const Heading = clause.level === 2 ? "h2" : clause.level === 3 ? "h3" : "h4";
  return (
    <section id={clause.id} aria-labelledby={`${clause.id}-heading`} className="clause" data-level={clause.level}>
      <Heading id={`${clause.id}-heading`} className="clause-heading">
        {clause.heading}
        <a href={`#${clause.id}`} className="clause-anchor no-print" data-copy-anchor={clause.id}>
          <LinkIcon aria-hidden size={16} />
          <span className="sr-only">{`Link to "${clause.heading}"`}</span>
        </a>
      </Heading>
      {clause.plain ? (
        <p className="clause-plain">
          <span className="clause-plain-label">In plain words</span> {clause.plain}
        </p>
      ) : null}
      <div className="clause-text">
        {renderNodes(clause.nodes, marks)}
        {parts.map((part) => (
          <ClauseSection key={part.clause.id} node={part} marks={marks} />
        ))}
      </div>
    </section>
  );
}
