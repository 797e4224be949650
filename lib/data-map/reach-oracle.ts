import { roleBy } from "./role-by";
import type { Collection, Edge, Field, ReachSubject, Role, Scope, System } from "./types";

// What a reach should find, said in the plainest way: sets of rows in memory, every rule one loop.
// Tests compare the compiled SQL with it.

export type MemoryRow = Record<string, number | string | null>;
/** Rows by collection; their place in the array is their name. */
export type Memory = Record<string, MemoryRow[]>;

type Value = MemoryRow[string] | undefined;

/** Whether a field of a row says nothing. */
export const isNothing = (field: Field | undefined, value: Value): boolean =>
  value === null || /^[-0:.\s]*$/.test(String(value)) || field?.none?.includes(String(value)) === true;
export const fieldIn = ({ fields }: Collection, name: string): Field | undefined =>
  fields.find((field) => field.name === name);

/** Whether these values of a link lead anywhere: nothing leads to nothing, unless one end is a key, whose row is then the one that is meant. */
export function linkLeads(
  { collections, person, company }: System,
  { from, to }: Edge,
  values: readonly Value[],
): boolean {
  const isKey = ({ collection, columns }: Edge["from"]) =>
    [person, company].some((account) => account?.collection === collection && same(columns, [account.id])) ||
    collections.some(
      ({ name, primaryKey: [key] }) => name === collection && key !== undefined && columns.includes(key),
    );
  return values.every((value, at) => {
    const [here, there] = [from, to].map(({ collection, columns }) =>
      collections.find(({ name }) => name === collection)?.fields.find(({ name }) => name === columns[at]),
    );
    if (value === null || String(value).trim() === "") return false;
    if (here?.none?.includes(String(value))) return false;
    if (isKey(from)) return true;
    return !there?.none?.includes(String(value)) && (isKey(to) || !isNothing(undefined, value));
  });
}

/** For each collection, the places of the rows reached and the role in which they are. */
export function oracle(
  system: System,
  memory: Memory,
  subject: ReachSubject,
  scope: Scope,
): Record<string, Map<number, Role>> {
  const scoped = system.collections.filter((c) => c.scope === "both" || c.scope === scope);
  const reached: Record<string, Map<number, Role>> = Object.fromEntries(scoped.map((c) => [c.name, new Map()]));
  const identities = new Set<string>();
  const edges = system.edges.filter(
    (edge) =>
      (edge.scope === "both" || edge.scope === scope) && reached[edge.from.collection] && reached[edge.to.collection],
  );
  /** Whether a row holds the link at all. */
  const holds = ({ only }: Edge, row: MemoryRow | undefined) =>
    !only || (only.is === null ? row?.[only.field] === null : only.is.includes(String(row?.[only.field])));
  const leadsOn = (role: Role) => scope === "company" || role === "owner";
  const better: Role[] = ["owner", "shared", "mentions"];
  const seedOf = (edge: Edge): (number | string)[] => {
    const { collection, columns } = edge.from;
    if (scope === "person" && system.person?.collection === collection && same(columns, [system.person.id])) {
      return [subject.platformUserId];
    }
    if (scope === "company" && system.company?.collection === collection && same(columns, [system.company.id])) {
      return [subject.platformCompanyId ?? ""];
    }
    return [];
  };

  for (let changed = true; changed; ) {
    changed = false;
    const reach = (collection: Collection, at: number, role: Role) => {
      const known = reached[collection.name]?.get(at);
      if (known && better.indexOf(known) <= better.indexOf(role)) return;
      reached[collection.name]?.set(at, role);
      changed = true;
    };
    for (const collection of scoped) {
      const rows = memory[collection.name] ?? [];
      const direct =
        scope === "company"
          ? system.company?.collection === collection.name
            ? system.company.id
            : collection.companyField
          : null;
      for (const [at, row] of rows.entries()) {
        if (direct) {
          if (String(row[direct]) === subject.platformCompanyId) reach(collection, at, "owner");
          continue;
        }
        if (scope === "person" && system.person?.collection === collection.name) {
          if (String(row[system.person.id]) === subject.platformUserId) reach(collection, at, "owner");
        }
        for (const field of collection.fields) {
          const value = row[field.name];
          if (!field.enter || typeof value !== "string" || !identities.has(value.toLowerCase())) continue;
          const { ifEmpty } = field.enter;
          if (ifEmpty && !isNothing(fieldIn(collection, ifEmpty), row[ifEmpty])) continue;
          reach(collection, at, collection.role);
        }
        for (const edge of edges.filter(({ to }) => to.collection === collection.name)) {
          if (edge.ifEmpty && !isNothing(fieldIn(collection, edge.ifEmpty), row[edge.ifEmpty])) continue;
          if (edge.holder === "to" && !holds(edge, row)) continue;
          const wanted = edge.to.columns.map((column) => row[column]);
          if (!linkLeads(system, edge, wanted)) continue;
          const bySeed =
            wanted.length === 1 &&
            !(edge.only && edge.holder === "from") &&
            seedOf(edge).some((value) => String(value) === String(wanted[0]));
          const byRow = (memory[edge.from.collection] ?? []).some((source, place) => {
            const role = reached[edge.from.collection]?.get(place);
            if (edge.holder === "from" && !holds(edge, source)) return false;
            return role && leadsOn(role) && edge.from.columns.every((column, i) => source[column] === wanted[i]);
          });
          if (bySeed || byRow) reach(collection, at, roleBy(edge, collection, scope));
        }
      }
      for (const [at, role] of reached[collection.name] ?? []) {
        if (!leadsOn(role)) continue;
        for (const field of collection.fields) {
          const value = rows[at]?.[field.name];
          if (!field.follow || typeof value !== "string" || isNothing(field, value)) continue;
          const { ifSet } = field.follow;
          if (ifSet && isNothing(fieldIn(collection, ifSet), rows[at]?.[ifSet])) continue;
          if (identities.has(value.toLowerCase())) continue;
          identities.add(value.toLowerCase());
          changed = true;
        }
      }
    }
  }
  return reached;
}

const same = (a: string[], b: string[]) => a.length === b.length && a.every((value, at) => value === b[at]);
