import type { Collection, Edge, ReachSubject, Role, Scope, System } from "./types";

// What a reach should find, said in the plainest way: sets of rows in memory, every rule one loop.
// Tests compare the compiled SQL with it.

export type MemoryRow = Record<string, number | string | null>;
/** Rows by collection; their place in the array is their name. */
export type Memory = Record<string, MemoryRow[]>;

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
          if (field.enter.ifEmpty && row[field.enter.ifEmpty] !== null) continue;
          reach(collection, at, collection.role);
        }
        for (const edge of edges.filter(({ to }) => to.collection === collection.name)) {
          if (edge.ifEmpty && row[edge.ifEmpty] !== null) continue;
          if (edge.holder === "to" && !holds(edge, row)) continue;
          const wanted = edge.to.columns.map((column) => row[column]);
          if (wanted.some((value) => value === null)) continue;
          const bySeed =
            wanted.length === 1 &&
            !(edge.only && edge.holder === "from") &&
            seedOf(edge).some((value) => String(value) === String(wanted[0]));
          const byRow = (memory[edge.from.collection] ?? []).some((source, place) => {
            const role = reached[edge.from.collection]?.get(place);
            if (edge.holder === "from" && !holds(edge, source)) return false;
            return role && leadsOn(role) && edge.from.columns.every((column, i) => source[column] === wanted[i]);
          });
          if (bySeed || byRow) reach(collection, at, edge.role ?? collection.role);
        }
      }
      for (const [at, role] of reached[collection.name] ?? []) {
        if (!leadsOn(role)) continue;
        for (const field of collection.fields) {
          const value = rows[at]?.[field.name];
          if (!field.follow || typeof value !== "string" || value.trim() === "") continue;
          if (field.follow.ifSet && rows[at]?.[field.follow.ifSet] === null) continue;
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
