import { describe, expect, it } from "vitest";
import { root } from "@/lib/process/run-ts";
import { type Edge, type Graph, type Module, readGraph } from "./graph";
import { findBreaches } from "./rules";

const edge = (to: string | null, typeOnly = false): Edge => ({ to, specifier: to ?? "./gone", typeOnly, line: 1 });
const graphOf = (modules: Record<string, { edges?: Edge[]; directive?: Module["directive"] }>): Graph =>
  new Map(
    Object.entries(modules).map(([path, { edges = [], directive = null }]) => [path, { path, edges, directive }]),
  );
const rulesOf = (modules: Parameters<typeof graphOf>[0]) => findBreaches(graphOf(modules)).map(({ rule }) => rule);

describe("the direction of imports", () => {
  it("finds a circle of values and lets a circle of types be", () => {
    expect(rulesOf({ "lib/a.ts": { edges: [edge("lib/b.ts")] }, "lib/b.ts": { edges: [edge("lib/a.ts")] } })).toEqual([
      "no cycles",
    ]);
    expect(
      rulesOf({ "lib/a.ts": { edges: [edge("lib/b.ts", true)] }, "lib/b.ts": { edges: [edge("lib/a.ts")] } }),
    ).toEqual([]);
  });

  it("refuses what points the wrong way", () => {
    expect(rulesOf({ "lib/cases/a.ts": { edges: [edge("app/page.tsx", true)] } })).toHaveLength(1);
    expect(rulesOf({ "lib/cases/a.ts": { edges: [edge("next")] } })).toHaveLength(1);
    expect(rulesOf({ "lib/auth/a.ts": { edges: [edge("next")] } })).toEqual([]);
    expect(rulesOf({ "components/cases/a.tsx": { edges: [edge("lib/db/client.ts")] } })).toHaveLength(1);
    expect(rulesOf({ "lib/data-map/a.ts": { edges: [edge("lib/cases/b.ts")] } })).toHaveLength(1);
    expect(rulesOf({ "lib/cases/a.ts": { edges: [edge(null)] } })).toEqual(["every import leads somewhere"]);
  });

  it("follows a client component through others, and stops at a server action", () => {
    const reach = (directive: Module["directive"]) =>
      rulesOf({
        "components/a.tsx": { directive: "use client", edges: [edge("app/b.ts")] },
        "app/b.ts": { directive, edges: [edge("lib/db/client.ts")] },
        "lib/db/client.ts": {},
      });
    expect(reach(null)).toEqual(["no server code in the browser"]);
    expect(reach("use server")).toEqual([]);
  });

  it("reads this file's own imports", () => {
    const [module] = readGraph(root, ["test/direction"]).values();
    expect(module?.edges.every(({ to }) => to !== null)).toBe(true);
    expect(
      readGraph(root, ["test/direction"])
        .get("test/direction/direction.test.ts")
        ?.edges.map(({ to }) => to),
    ).toEqual(["vitest", "lib/process/run-ts.ts", "test/direction/graph.ts", "test/direction/rules.ts"]);
  });
});
