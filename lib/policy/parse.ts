import type { Heading, Nodes, Root, RootContent } from "mdast";
import { toString as plainText } from "mdast-util-to-string";
import remarkDirective from "remark-directive";
import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { visit } from "unist-util-visit";
import { parseDocument } from "yaml";
import { z } from "zod";
import { sha256Hex } from "../crypto/hash";
import { blocksOf } from "./block-text";
import type { Clause, PolicyDocument, PolicyProblem, PromiseMark } from "./document";
import { hostileLine } from "./hostile";
import { inlineText } from "./inline-text";
import { isPromiseId, valuesOf } from "./promises";

export type ParsedPolicy = { ok: true; policy: PolicyDocument } | { ok: false; problems: PolicyProblem[] };

/** A policy longer than this is refused unread, in UTF-8 bytes. */
export const maxPolicyBytes = 262_144;

const reader = unified().use(remarkParse).use(remarkFrontmatter).use(remarkGfm).use(remarkDirective);
const clauseMark = /\s*\{#([^{}]*)\}$/;
const clauseId = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const lineOf = (node: Nodes): number => node.position?.start.line ?? 1;

const frontMatter = z.strictObject({
  title: z.string().trim().min(1).max(200),
  language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/),
  updated: z.iso.date().optional(),
});

/**
 * Reads a policy source: Markdown with front matter (title, language, updated), clause ids on every
 * heading (`## Heading {#id}`), one `:::plain` container a clause and promise marks
 * (`:promise[sentence]{id="retain.account" period="P90D"}`).
 *
 * Everything else that could act is refused with its line: raw HTML, other directives, images,
 * links other than http(s), mailto and anchors of this text (S24), missing or doubled ids,
 * unknown promises.
 */
export function parsePolicy(source: string): ParsedPolicy {
  const known = latest.get(source);
  if (known) return known;
  const result = read(source);
  if (latest.size >= 8) latest.delete(latest.keys().next().value ?? "");
  latest.set(source, result);
  return result;
}

/** What was read last: a version and its draft are asked for by several pages of the desk, again with each click. */
const latest = new Map<string, ParsedPolicy>();

function read(source: string): ParsedPolicy {
  if (Buffer.byteLength(source) > maxPolicyBytes)
    return { ok: false, problems: [{ line: 1, message: `The text is longer than ${maxPolicyBytes} bytes.` }] };
  const hostile = hostileLine(source);
  if (hostile) return { ok: false, problems: [hostile] };
  const tree = reader.parse(source);
  const problems: PolicyProblem[] = [];
  const report = (node: Nodes, message: string) => problems.push({ line: lineOf(node), message });

  const head = readFrontMatter(tree, problems);
  const promises: PromiseMark[] = [];
  const clauses: Clause[] = [];
  for (const node of tree.children) {
    if (node.type === "yaml") continue;
    if (node.type === "heading") {
      const clause = openClause(node, clauses, report);
      clauses.push(clause);
      continue;
    }
    const clause = clauses.at(-1);
    if (!clause) {
      report(node, "This text stands before the first clause. Put a heading with an id above it.");
      continue;
    }
    addToClause(clause, node, report);
    collectPromises(node, clause, promises, report);
  }
  if (clauses.length === 0) problems.push({ line: 1, message: "The text has no clause." });
  refuseWhatActs(tree, new Set(clauses.map(({ id }) => id)), report);
  if (problems.length > 0 || !head) return { ok: false, problems: problems.sort((a, b) => a.line - b.line) };
  return { ok: true, policy: { ...head, clauses, promises } };
}

type Report = (node: Nodes, message: string) => void;

function readFrontMatter(tree: Root, problems: PolicyProblem[]) {
  const first = tree.children[0];
  if (first?.type !== "yaml") {
    problems.push({ line: 1, message: "The front matter with title and language is missing." });
    return null;
  }
  const yaml = parseDocument(first.value, { schema: "failsafe" });
  const error = yaml.errors[0];
  if (error) {
    problems.push({ line: 1 + (error.linePos?.[0].line ?? 1), message: "The front matter is not valid YAML." });
    return null;
  }
  const parsed = frontMatter.safeParse(yaml.toJS({ maxAliasCount: 0 }));
  if (!parsed.success) {
    for (const issue of parsed.error.issues)
      problems.push({ line: 1, message: `Front matter, ${issue.path.join(".") || "as a whole"}: ${issue.message}.` });
    return null;
  }
  const { title, language, updated = null } = parsed.data;
  return { title, language, updated };
}

function openClause(node: Heading, before: Clause[], report: Report): Clause {
  const text = inlineText(node.children);
  const id = clauseMark.exec(text)?.[1] ?? "";
  const heading = text.replace(clauseMark, "");
  if (node.depth === 1) report(node, "The title comes from the front matter; clauses start at the second level.");
  if (id === "") report(node, `The clause "${heading}" has no id. Write "## ${heading} {#some-id}".`);
  else if (!clauseId.test(id)) report(node, `The clause id "${id}" may hold only a-z, 0-9 and single hyphens.`);
  else if (before.some((clause) => clause.id === id)) report(node, `The clause id "${id}" is used twice.`);
  if (heading === "") report(node, "The clause has no heading.");
  return {
    id,
    heading,
    level: node.depth,
    line: lineOf(node),
    blocks: [{ kind: "heading", depth: node.depth, text: heading }],
    nodes: [],
    plain: null,
  };
}

function addToClause(clause: Clause, node: RootContent, report: Report): void {
  clause.blocks.push(...blocksOf(node));
  if (node.type === "containerDirective" && node.name === "plain") {
    if (clause.plain !== null) report(node, `The clause "${clause.id}" has two plain-language lines.`);
    clause.plain = plainText(node).replace(/\s+/g, " ").trim();
    if (clause.plain === "") report(node, "The plain-language line is empty.");
  } else clause.nodes.push(node);
}

function collectPromises(node: RootContent, clause: Clause, promises: PromiseMark[], report: Report): void {
  visit(node, "textDirective", (mark) => {
    if (mark.name !== "promise") return;
    const { id = "", ...values } = mark.attributes ?? {};
    if (!id) return report(mark, 'A promise mark has no id. Write :promise[sentence]{id="..."}.');
    if (!isPromiseId(id)) return report(mark, `"${id}" is no promise that this trust center knows.`);
    if (promises.some((known) => known.id === id)) return report(mark, `The promise "${id}" is marked twice.`);
    const sentence = inlineText(mark.children);
    if (sentence === "") return report(mark, `The promise "${id}" has no sentence.`);
    for (const name of valuesOf(id)) if (!values[name]) report(mark, `The promise "${id}" does not state its ${name}.`);
    for (const name of Object.keys(values))
      if (!valuesOf(id).includes(name)) report(mark, `The promise "${id}" has no value named "${name}".`);
    const stated = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? ""]));
    promises.push({ id, clauseId: clause.id, sentence, values: stated, line: lineOf(mark) });
  });
}

/** S24: whatever is not text, a link or one of our two directives stays out of a policy. */
function refuseWhatActs(tree: Root, ids: Set<string>, report: Report): void {
  visit(tree, (node) => {
    switch (node.type) {
      case "html":
        report(node, "Raw HTML is not allowed.");
        break;
      case "image":
      case "imageReference":
        report(node, "Images are not allowed.");
        break;
      case "footnoteReference":
      case "footnoteDefinition":
        report(node, "Footnotes are not allowed.");
        break;
      case "link":
      case "definition":
        refuseAddress(node, node.url, ids, report);
        break;
      case "textDirective":
        if (node.name !== "promise") report(node, `":${node.name}" is no mark of a policy. Write "\\:" for a colon.`);
        break;
      case "leafDirective":
        report(node, `"::${node.name}" is no mark of a policy.`);
        break;
      case "containerDirective":
        if (node.name !== "plain") report(node, `":::${node.name}" is no mark of a policy.`);
        break;
    }
  });
}

function refuseAddress(node: Nodes, url: string, ids: Set<string>, report: Report): void {
  if (url.startsWith("#")) {
    if (!ids.has(url.slice(1))) report(node, `The link goes to "${url}", and no clause has that id.`);
  } else if (!/^(https?:\/\/[^\s/]|mailto:[^\s@]+@)/i.test(url)) {
    report(node, "Links go to http(s) addresses, mailto addresses and clauses of this text only.");
  }
}

const parsed = new Map<string, PolicyDocument>();

/**
 * The document of a stored version. Stored texts never change, so that each is parsed once a process.
 * @throws when the stored text does not parse, which importing and submitting have ruled out
 */
export function policyDocument(version: { markdown: string; sha256: string }): PolicyDocument {
  const known = parsed.get(version.sha256);
  if (known) return known;
  const result = parsePolicy(version.markdown);
  if (!result.ok) throw new Error(`stored policy ${version.sha256} does not parse: line ${result.problems[0]?.line}`);
  // Keyed by what the bytes are, not by what the row claims.
  if (sha256Hex(version.markdown) !== version.sha256) throw new Error("stored policy does not match its hash");
  if (parsed.size >= 64) parsed.delete(parsed.keys().next().value ?? "");
  parsed.set(version.sha256, result.policy);
  return result.policy;
}
