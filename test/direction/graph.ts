import { globSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { parseSync } from "oxc-parser";
import { ResolverFactory } from "oxc-resolver";

export type Edge = {
  /** A path from the top, `node:fs`, a package's name, or null when nothing was found. */
  to: string | null;
  specifier: string;
  /** Gone once types are stripped. */
  typeOnly: boolean;
  line: number;
};
export type Module = { path: string; directive: "use client" | "use server" | null; edges: Edge[] };
export type Graph = Map<string, Module>;

const extensions = [".ts", ".tsx", ".mts", ".js", ".mjs", ".json", ".css", ".sql"];

/** Every TypeScript file below the folders, with what it imports, parsed and resolved as the tools do. */
export function readGraph(root: string, folders: readonly string[]): Graph {
  const resolver = new ResolverFactory({
    tsconfig: { configFile: resolve(root, "tsconfig.json") },
    extensions,
    conditionNames: ["import", "node", "default", "types"],
    mainFields: ["module", "main"],
  });
  const graph: Graph = new Map();
  for (const folder of folders) {
    for (const path of globSync([folder, `${folder}/**/*.{ts,tsx}`], { cwd: root })) {
      if (/\.tsx?$/.test(path)) graph.set(path, readModule(root, path, resolver));
    }
  }
  return graph;
}

function readModule(root: string, path: string, resolver: ResolverFactory): Module {
  const source = readFileSync(join(root, path), "utf8");
  const { module, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const lineAt = (offset: number) => source.slice(0, offset).split("\n").length;
  const edge = (specifier: string, typeOnly: boolean, start: number): Edge => ({
    to: locate(root, path, specifier, resolver),
    specifier,
    typeOnly,
    line: lineAt(start),
  });
  const edges: Edge[] = [];
  for (const { moduleRequest, entries, start } of module.staticImports) {
    edges.push(edge(moduleRequest.value, entries.length > 0 && entries.every((entry) => entry.isType), start));
  }
  for (const { entries, start } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest) edges.push(edge(moduleRequest.value, isType, start));
    }
  }
  for (const { moduleRequest, start } of module.dynamicImports) {
    const [, specifier] = /^["'`]([^"'`$]+)["'`]$/.exec(source.slice(moduleRequest.start, moduleRequest.end)) ?? [];
    if (specifier) edges.push(edge(specifier, false, start));
  }
  const [, directive] = /^(?:\s|\/\/.*\n|\/\*[\s\S]*?\*\/)*["'](use client|use server)["']/.exec(source) ?? [];
  return { path, directive: (directive as Module["directive"]) ?? null, edges };
}

function locate(root: string, path: string, specifier: string, resolver: ResolverFactory): string | null {
  if (isBuiltin(specifier)) return specifier.startsWith("node:") ? specifier : `node:${specifier}`;
  const bare = !/^[./]|^@\//.test(specifier);
  // A package is known by its name; whether its insides resolve is the bundler's business.
  if (bare) return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  const found = resolver.sync(dirname(join(root, path)), specifier).path;
  return found ? relative(root, found) : null;
}
