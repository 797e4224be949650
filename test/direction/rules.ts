import { findCycles } from "./cycles";
import type { Edge, Graph, Module } from "./graph";

export type Breach = { where: string; rule: string };

type Rule = {
  rule: string;
  from: RegExp;
  to: RegExp;
  except?: RegExp;
  /** Types may cross where values may not. */
  typesToo?: boolean;
};

const domains =
  "access|attainment|auth|business-transfers|cases|clients|correction|data-map|disclosures|erasure|evidence|exports|holds|mail|notices|policy|processing|providers|retention";

/** ARCHITECTURE.md's "Direction", one line each. Test files are free; they are looked at by nobody else. */
const rules: Rule[] = [
  { rule: "lib knows no page and no component", from: /^lib\//, to: /^(app|components)\//, typesToo: true },
  {
    rule: "product code needs no test code",
    from: /^(app|components|lib|emails|demo)\//,
    to: /^(test|e2e|bench)\//,
    typesToo: true,
  },
  {
    rule: "next/* only in app, components, lib/auth and the two files at the top",
    from: /^(lib\/(?!auth\/)|emails\/|bin\/|demo\/)/,
    to: /^(next|next-auth|server-only)$/,
  },
  {
    rule: "components get plain props: no database, queue, key or environment",
    // The shell is part of every layout, and says what policy is in force.
    from: /^components\/(?!layout\/shell\.tsx)/,
    to: /^(lib\/((db|audit|jobs|crypto|process)\/|env\.ts|log\.ts)|lib\/.*\/queries\.ts)/,
  },
  {
    rule: "primitives know no domain",
    from: /^components\/ui\//,
    to: new RegExp(`^(lib/(${domains})/|app/|components/(?!ui/))`),
  },
  {
    rule: "cases stand above exports, erasure, policy, providers and clients",
    from: /^lib\/(exports|erasure|policy|providers|clients)\//,
    to: /^lib\/cases\//,
  },
  {
    rule: "correction stands above cases and all that it applies and tells with",
    from: /^lib\/(cases|data-map|erasure|exports|holds|mail|providers)\//,
    to: /^lib\/correction\//,
  },
  {
    rule: "retention stands above what it sweeps",
    from: /^lib\/(?!retention\/|jobs\/handlers\/)/,
    to: /^lib\/retention\//,
  },
  {
    rule: "the data map stands at the bottom",
    from: /^lib\/data-map\//,
    to: /^lib\/(auth|cases|exports|erasure|mail|notices|policy|providers)\//,
  },
  {
    rule: "evidence stands above notices",
    from: /^lib\/(notices|mail|policy)\//,
    to: /^lib\/evidence\//,
  },
  {
    rule: "the ground knows no domain",
    from: /^lib\/(db\/|audit\/|crypto\/|health\/|process\/|[^/]+\.ts$)/,
    to: new RegExp(`^lib/(${domains})/`),
  },
  {
    rule: "a domain knows the queue, never its handlers",
    from: new RegExp(`^lib/(${domains})/`),
    to: /^lib\/jobs\/(handlers|worker)/,
  },
];

/** What a browser must never be sent. */
const serverOnly =
  /^(node:|lib\/(db|audit|jobs|crypto|process|health)\/|lib\/(env|log)\.ts$|postgres$|pg$|pino$|drizzle-orm$)/;

const isTest = (path: string) => /\.(test|spec)\.tsx?$/.test(path);

export function findBreaches(graph: Graph): Breach[] {
  const breaches: Breach[] = findCycles(graph).map((circle) => ({
    where: [...circle, circle[0]].join(" -> "),
    rule: "no cycles",
  }));
  for (const module of graph.values()) {
    if (isTest(module.path)) continue;
    for (const edge of module.edges) breaches.push(...judge(module, edge));
    if (module.directive === "use client") breaches.push(...clientReaches(graph, module));
  }
  return breaches;
}

function judge(module: Module, edge: Edge): Breach[] {
  const where = `${module.path}:${edge.line} -> ${edge.to ?? edge.specifier}`;
  if (edge.to === null) return edge.specifier.endsWith(".css") ? [] : [{ where, rule: "every import leads somewhere" }];
  return rules
    .filter(
      ({ from, to, typesToo }) => (typesToo || !edge.typeOnly) && from.test(module.path) && to.test(edge.to as string),
    )
    .map(({ rule }) => ({ where, rule }));
}

/** Follows the values that a client component pulls into the browser; a server action's file is a border. */
function clientReaches(graph: Graph, start: Module): Breach[] {
  const seen = new Set([start.path]);
  const queue: Module[] = [start];
  const breaches: Breach[] = [];
  for (let module = queue.shift(); module; module = queue.shift()) {
    for (const { to, typeOnly, line } of module.edges) {
      if (typeOnly || to === null || seen.has(to)) continue;
      seen.add(to);
      if (serverOnly.test(to)) {
        breaches.push({
          where: `${start.path} reaches ${to} by ${module.path}:${line}`,
          rule: "no server code in the browser",
        });
      }
      const next = graph.get(to);
      if (next && next.directive !== "use server") queue.push(next);
    }
  }
  return breaches;
}
