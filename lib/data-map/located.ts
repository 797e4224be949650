import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from "yaml";

/** A path into a file, as zod gives it. */
export type Path = readonly PropertyKey[];

/** A parsed YAML file that can say on which line a path lies. */
export type Located = {
  value: unknown;
  /** Syntax errors, already with their place. */
  problems: string[];
  /** `file:line:column path: message` */
  problem(path: Path, message: string): string;
};

/** @param file the name that messages show */
export function locate(file: string, source: string): Located {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const problems = document.errors.map((error) => `${place(error.pos[0])} ${firstLine(error.message)}`);
  let value: unknown;
  if (problems.length === 0) {
    try {
      value = document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      problems.push(`${place(0)} ${firstLine(error instanceof Error ? error.message : "cannot be read")}`);
    }
  }
  return {
    value,
    problems,
    problem: (path, message) => `${place(offsetOf(document, path))} ${pathText(value, path)}: ${message}`,
  };
}

const firstLine = (text: string) => text.split("\n")[0] ?? "";

/** Where the deepest part of the path begins that exists; a wrong key itself rather than its value. */
function offsetOf(document: Document, path: Path): number {
  let offset = 0;
  let node: unknown = document.contents;
  for (const step of path) {
    if (isNode(node) && node.range) offset = node.range[0];
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (!pair) return offset;
      if (isNode(pair.key) && pair.key.range) offset = pair.key.range[0];
      node = pair.value;
    } else {
      const items = (node as { items?: unknown[] } | undefined)?.items;
      node = Array.isArray(items) ? items[Number(step)] : undefined;
      if (node === undefined) return offset;
    }
  }
  return isNode(node) && node.range ? node.range[0] : offset;
}

/** `operno.collections.users.fields.email`: list entries go by their name where they have one. */
function pathText(root: unknown, path: Path): string {
  let value = root as Record<PropertyKey, unknown> | undefined;
  const steps = path.map((step) => {
    value = value?.[step] as typeof value;
    const name = typeof step === "number" ? (value?.fides_key ?? value?.name) : undefined;
    return typeof name === "string" ? name : String(step);
  });
  return steps.join(".") || "(file)";
}
