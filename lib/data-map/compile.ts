import { inScope } from "./exported";
import { fieldOf } from "./named";
import type { Idle } from "./none";
import { identityPair, type Pair, pairOf } from "./pairs";
import { roleBy } from "./role-by";
import { isArray } from "./type-families";
import type { Collection, Condition, Field, Role, Scope, System } from "./types";

/**
 * A set of values that leads to rows: the values of some columns in the rows reached so far, or the
 * identities of one kind. Materialised in a temporary table, or, when the rows behind it are given
 * in closed form, a subquery (`rows` is set), so that millions of keys are never copied.
 */
export type Source = {
  /** Name of the temporary table. */
  table: string;
  width: number;
  feeders: Feeder[];
  identity: string | null;
  /** The node whose rows stand behind a subquery. */
  virtual: Node | null;
};

/** What a reached row puts into a source; `idle` says of each column which of its values it does not. */
export type Feeder = {
  node: Node;
  columns: string[];
  ifSet: string | null;
  only?: Condition | undefined;
  idle: Idle[];
};

/** One way into a collection. */
export type Entry = {
  source: Source;
  columns: string[];
  role: Role;
  ifEmpty: string | null;
  /** The row holds the link only when it meets this. */
  only?: Condition | undefined;
  /** How each of the columns is compared with the source's. */
  pairs: Pair[];
  /** The row itself holds the link; otherwise what leads to it does. */
  holdsLink: boolean;
  /** Matches what the request began with, not what was found since: who the person is does not grow. */
  seedOnly?: true;
};

/** A collection in the plan of one scope. */
export type Node = {
  collection: Collection;
  /** Company scope: the column that alone decides. */
  companyField: string | null;
  /** How that column is compared with the companies' ids. */
  companyPair?: Pair;
  /** The strongest role first. */
  entries: Entry[];
};

export type Plan = {
  system: System;
  scope: Scope;
  nodes: Node[];
  /** Sources that need a temporary table. */
  sources: Source[];
  /** Holds the person's own id; null in company scope and in systems without people. */
  person: Source | null;
  /** Holds the company's id; null in person scope. */
  company: Source | null;
};

const strength: Record<Role, number> = { owner: 0, shared: 1, mentions: 2 };

type PlanOptions = { lasting?: Lasting; prefix?: string };
type Lasting = (collection: Collection, columns: readonly string[]) => boolean;

/**
 * Plans how the rows of a request are found. Pure: knows the map, not the data.
 *
 * Person scope starts from the person's id and follows edges out of rows that the person owns;
 * from shared rows and mentions nothing leads on. Company scope starts from the company's id:
 * `companyField` alone decides where there is one, elsewhere edges out of reached rows are followed.
 * @param outside identity kinds that other systems found or want to know
 * @param lasting whether these columns of a collection's rows stay as they are for as long as the plan is asked; of others the values
 *   are put aside, so that what they led to is still known when they are gone
 * @param prefix of the temporary tables' names, for several plans in one transaction
 */
export function compile(
  system: System,
  scope: Scope,
  outside: readonly string[] = [],
  { lasting = () => true, prefix = "tc_reach" }: PlanOptions = {},
): Plan {
  const nodes = system.collections
    .filter((collection) => inScope(collection, scope))
    .map((collection): Node => {
      const companyField = scope === "company" ? collection.companyField : null;
      return { collection, companyField, entries: [] };
    });
  const nodeOf = (name: string) => nodes.find(({ collection }) => collection.name === name);
  const sources: Source[] = [];
  const newSource = (width: number, identity: string | null): Source => {
    const source: Source = { table: `${prefix}_${sources.length + 1}`, width, identity, feeders: [], virtual: null };
    sources.push(source);
    return source;
  };

  const byColumns = new Map<string, Source>();
  const sourceOf = (
    node: Node,
    columns: string[],
    only?: Condition,
    to?: { node: Node; columns: string[] },
  ): Source => {
    const idle = idleOf(system, { node, columns }, to);
    const key = JSON.stringify([node.collection.name, columns, only, idle]);
    const source = byColumns.get(key) ?? newSource(columns.length, null);
    if (!byColumns.has(key)) source.feeders.push({ node, columns, ifSet: null, only, idle });
    byColumns.set(key, source);
    return source;
  };

  let person: Source | null = null;
  const personNode = system.person && scope === "person" ? nodeOf(system.person.collection) : undefined;
  if (system.person && personNode) {
    const columns = [system.person.id];
    person = sourceOf(personNode, columns);
    const id = fieldOf(personNode.collection, system.person.id);
    personNode.entries.push({
      ...{ source: person, columns, role: "owner", ifEmpty: null, pairs: [pairOf(id, id)], holdsLink: false },
      seedOnly: true,
    });
  }
  let company: Source | null = null;
  const companyNode = system.company && scope === "company" ? nodeOf(system.company.collection) : undefined;
  if (system.company && companyNode) {
    company = sourceOf(companyNode, [system.company.id]);
    // Its own collection is the company asked for, whatever other column the map names there.
    companyNode.companyField = system.company.id;
    const id = fieldOf(companyNode.collection, system.company.id);
    for (const node of nodes)
      if (node.companyField) node.companyPair = pairOf(fieldOf(node.collection, node.companyField), id);
  }

  for (const edge of system.edges) {
    const [from, to] = [nodeOf(edge.from.collection), nodeOf(edge.to.collection)];
    if (!from || !to || to.companyField || (edge.scope !== "both" && edge.scope !== scope)) continue;
    to.entries.push({
      source: sourceOf(from, edge.from.columns, edge.holder === "from" ? edge.only : undefined, {
        node: to,
        columns: edge.to.columns,
      }),
      only: edge.holder === "to" ? edge.only : undefined,
      columns: edge.to.columns,
      role: roleBy(edge, to.collection, scope),
      ifEmpty: edge.ifEmpty,
      pairs: edge.to.columns.map((column, at) =>
        pairOf(fieldOf(to.collection, column), fieldOf(from.collection, edge.from.columns[at] ?? "")),
      ),
      holdsLink: edge.holder === "to",
    });
  }
  addIdentities(nodes, outside, newSource);
  for (const { entries } of nodes) entries.sort((a, b) => strength[a.role] - strength[b.role]);
  if (scope === "company") nameClosedForms(nodes, sources, company, lasting);
  return { system, scope, nodes, person, company, sources: sources.filter(({ virtual }) => !virtual) };
}

/** A key leads on whatever it is, since the row is there; what leads to a key, since that row has to be. */
function idleOf(
  system: System,
  from: { node: Node; columns: string[] },
  to?: { node: Node; columns: string[] },
): Idle[] {
  const isKey = ({ node: { collection }, columns }: typeof from) =>
    [system.person, system.company, system.clients].some(
      (account) => account?.collection === collection.name && columns.join() === account.id,
    ) ||
    (collection.primaryKey.length > 0 && collection.primaryKey.every((column) => columns.includes(column)));
  const other = isKey(from) ? undefined : to;
  return from.columns.map((column, at) => {
    const field = fieldOf(from.node.collection, column);
    const there = other && fieldOf(other.node.collection, other.columns[at] ?? "");
    const none = [...(field?.none ?? []), ...(there?.none ?? [])];
    const zeros = other !== undefined && !isKey(other);
    return { type: elementType(field), zeros, ...(none.length > 0 ? { none } : {}) };
  });
}

const elementType = (field: Field | undefined): string | null => field?.type?.replace(/\[\]$/, "") ?? null;

function addIdentities(
  nodes: Node[],
  outside: readonly string[],
  newSource: (width: number, identity: string) => Source,
): void {
  const all = nodes.flatMap((node) => node.collection.fields.map((field) => ({ node, field })));
  const kinds = new Set(
    all.flatMap(({ field }) => (field.identity && (field.follow || field.enter) ? field.identity : [])),
  );
  for (const kind of kinds) {
    const members = all.filter(({ field }) => field.identity === kind);
    const feeders = members.filter(({ field }) => field.follow);
    const entered = members.filter(({ node, field }) => field.enter && !node.companyField);
    const known = outside.includes(kind);
    if (!(feeders.length > 0 || known) || !(entered.length > 0 || known)) continue;
    const source = newSource(1, kind);
    for (const { node, field } of feeders) {
      const idle = [identityIdle(kind, field)];
      source.feeders.push({ node, columns: [field.name], ifSet: field.follow?.ifSet ?? null, idle });
    }
    for (const { node, field } of entered) {
      node.entries.push({
        source,
        columns: [field.name],
        role: node.collection.role,
        ifEmpty: field.enter?.ifEmpty ?? null,
        only: field.enter?.only,
        pairs: [identityPair(kind)],
        holdsLink: true,
      });
    }
  }
}

/** Which of a field's values are no identity: as text and in the letters in which they are compared. */
export function identityIdle(kind: string, field: Field): Idle {
  const none = kind === "email" ? field.none?.map((value) => value.toLowerCase()) : field.none;
  return { type: "text", zeros: true, ...(none ? { none } : {}) };
}

/**
 * Marks the sources whose rows follow from the company's id by joins alone: nodes with a company
 * column, then those entered from such nodes only. What is left (cycles, identities) is materialised.
 */
function nameClosedForms(nodes: Node[], sources: Source[], company: Source | null, lasting: Lasting): void {
  const lasts = ({ collection, companyField, entries }: Node, columns: readonly string[]) =>
    lasting(collection, [
      ...columns,
      ...(companyField
        ? [companyField]
        : entries.flatMap((entry) => [...entry.columns, ...(entry.only ? [entry.only.field] : [])])),
    ]);
  const closed = new Set<Node>(nodes.filter((node) => node.companyField && lasts(node, [])));
  const isClosed = (node: Node) =>
    node.entries.length > 0 &&
    lasts(node, []) &&
    node.entries.every(({ source }) => !source.identity && source.feeders.every((feeder) => closed.has(feeder.node)));
  for (let before = -1; before !== closed.size; ) {
    before = closed.size;
    for (const node of nodes) if (isClosed(node)) closed.add(node);
  }
  for (const source of sources) {
    const node = source.feeders[0]?.node;
    const { columns = [], only } = source.feeders[0] ?? {};
    const isVirtual = node && closed.has(node) && lasts(node, only ? [...columns, only.field] : columns);
    if (source !== company && !source.identity && isVirtual) source.virtual = node;
  }
}

/** True when a column holds several values, each of which may match. */
export const holdsMany = (node: Node, column: string): boolean => isArray(fieldOf(node.collection, column));
