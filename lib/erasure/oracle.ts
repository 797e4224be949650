import { countsFrom } from "../data-map/counts-from";
import { leadingOracle } from "../data-map/leading-oracle";
import { isNothing, linkLeads, type Memory, type MemoryRow, oracle as reachOracle } from "../data-map/reach-oracle";
import { roleBy } from "../data-map/role-by";
import type { Collection, Condition, Edge, ReachSubject, Scope, System } from "../data-map/types";
import { isKeptUntilClosing } from "./kept-until";

// What an erasure should leave, said in the plainest way: rows in memory, every rule one loop. Tests compare the SQL with it.

export type Verdict = "deleted" | "reduced" | "retained" | "unlinked" | "held" | "untouched";
/** A link of the database or the map: `child.column` holds the `id` of `parent`, or another `key` that may change. */
export type Link = { child: string; column: string; parent: string; key?: string; required: boolean; only?: Condition };

/**
 * For each collection the fate of each row, by place; for rows that lose a link the columns that are emptied, and for those that lead to
 * what is held the columns that are not.
 */
export type Expected = Record<string, { verdict: Verdict; cut: string[]; leads?: ReadonlySet<string> | undefined }[]>;

export function erasureOracle(
  system: System,
  memory: Memory,
  subject: ReachSubject,
  scope: Scope,
  links: readonly Link[],
  isHeld: (collection: string, row: MemoryRow) => boolean,
  /** The columns of rows, by collection and place, by which others are found that are held (leading-oracle.ts). */
  leading: ReadonlyMap<string, ReadonlySet<string>> = new Map(),
  /** What ends with the account though the map keeps it no longer. */
  later: (collection: Collection) => boolean = () => false,
  /** Rows of accounts whose own time is over, too, in what rows of a collection are shared with. */
  isOver: (of: Collection, collection: string, row: MemoryRow) => boolean = () => false,
): Expected {
  const reached = reachOracle(system, memory, subject, scope);
  const scoped = system.collections.filter(({ name }) => reached[name]);
  const byName = new Map(scoped.map((collection) => [collection.name, collection]));
  const rowsOf = (name: string): MemoryRow[] => memory[name] ?? [];
  const isReached = (name: string, at: number) => reached[name]?.has(at) === true;
  const isOwned = (name: string, at: number) => {
    const role = reached[name]?.get(at);
    return role !== undefined && (scope === "company" || role === "owner");
  };
  const byCompany = ({ name, companyField }: Collection) =>
    scope === "company" && (companyField !== null || system.company?.collection === name);
  const edgesTo = (name: string) =>
    system.edges.filter(
      (edge) =>
        edge.to.collection === name &&
        byName.has(edge.from.collection) &&
        (edge.scope === "both" || edge.scope === scope),
    );
  const holds = ({ only, holder }: Edge, source: MemoryRow, row: MemoryRow): boolean => {
    const value = only && (holder === "from" ? source : row)[only.field];
    return !only || (only.is === null ? value === null : only.is.includes(String(value)));
  };
  const fits = (edge: Edge, source: MemoryRow, row: MemoryRow): boolean =>
    holds(edge, source, row) &&
    (edge.ifEmpty === null || row[edge.ifEmpty] === null) &&
    linkLeads(
      system,
      edge,
      edge.to.columns.map((column) => row[column]),
    ) &&
    edge.to.columns.every((column, at) => source[edge.from.columns[at] ?? ""] === row[column]);

  const isOneself = (name: string, row: MemoryRow) =>
    scope === "person" &&
    name === system.person?.collection &&
    String(row[system.person.id]) === subject.platformUserId;
  const isAccount = (name: string, row: MemoryRow) =>
    isOneself(name, row) ||
    (scope === "company" &&
      name === system.company?.collection &&
      String(row[system.company.id]) === subject.platformCompanyId);
  const canBeEmpty = (name: string, column: string): boolean => {
    const collection = system.collections.find((one) => one.name === name);
    const kept = collection?.fields.find((field) => field.name === column)?.erasure?.action === "keep";
    const required = links.some((link) => link.child === name && link.column === column && link.required);
    const isCompany = scope === "company" && collection?.companyField === column;
    return !kept && column !== "id" && !required && !isCompany;
  };
  /** Whether the erasure cuts this very link out of the rows it leads from. */
  const isCutBack = (edge: Edge): boolean => {
    const from = byName.get(edge.from.collection);
    return (
      edge.holder === "from" &&
      from !== undefined &&
      !byCompany(from) &&
      edge.from.columns.every((column) => canBeEmpty(edge.from.collection, column)) &&
      edgesTo(edge.from.collection).some(
        (back) =>
          back.holder === "to" &&
          back.ifEmpty === null &&
          JSON.stringify(back.only) === JSON.stringify(edge.only) &&
          back.from.collection === edge.to.collection &&
          back.from.columns.join() === edge.to.columns.join() &&
          back.to.columns.join() === edge.from.columns.join(),
      )
    );
  };

  // Rows that are another person's too.
  const others = new Set<string>();
  const key = (name: string, at: number) => `${name} ${at}`;
  const ways = new Map(leading);
  const isKept = (name: string, at: number, column: string) => ways.get(key(name, at))?.has(column) === true;
  /** @param of the collection of the row that it leads to */
  const theirs = (of: Collection, from: string, place: number) =>
    (!isOwned(from, place) && !isOver(of, from, rowsOf(from)[place] ?? {})) || others.has(key(from, place));
  /** Whether a link that makes a row somebody's leads to this one from a row that is not the person's alone. */
  const isClaimed = (
    collection: Collection,
    row: MemoryRow,
    counts: (edge: Edge, source: MemoryRow, place: number) => boolean = () => true,
  ): boolean =>
    edgesTo(collection.name)
      .filter((edge) => roleBy(edge, collection, scope) !== "mentions")
      .some((edge) =>
        rowsOf(edge.from.collection).some(
          (source, place) =>
            fits(edge, source, row) && theirs(collection, edge.from.collection, place) && counts(edge, source, place),
        ),
      ) ||
    (collection.role !== "mentions" &&
      collection.fields.some(
        ({ name: field, enter }) =>
          enter && (!enter.ifEmpty || row[enter.ifEmpty] === null) && isKnownOfOthers(collection, row[field] ?? null),
      ));
  /** Whether an address is one of somebody else's. */
  const isKnownOfOthers = (of: Collection, address: MemoryRow[string]): boolean =>
    scoped.some((other) =>
      other.fields.some(
        ({ name: fed, follow }) =>
          follow &&
          rowsOf(other.name).some((source, place) => {
            const value = source[fed];
            if (typeof value !== "string" || isNothing(undefined, value)) return false;
            if (follow.ifSet && source[follow.ifSet] === null) return false;
            return (
              address !== null && value.toLowerCase() === String(address).toLowerCase() && theirs(of, other.name, place)
            );
          }),
      ),
    );
  /** Whether a row is somebody else's, or kept, whatever becomes of a link of its own. */
  const outlasts = ({ from: { collection: name, columns }, to }: Edge, row: MemoryRow, at: number): boolean => {
    const [collection, of] = [byName.get(name), byName.get(to.collection)];
    return (
      isHeld(name, row) ||
      columns.some((column) => isKept(name, at, column)) ||
      others.has(key(name, at)) ||
      (scope === "person" && name === system.person?.collection && !(of && isOver(of, name, row))) ||
      (collection !== undefined && isClaimed(collection, row))
    );
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const collection of scoped) {
      const { name } = collection;
      if (byCompany(collection)) continue;
      for (const [at, row] of rowsOf(name).entries()) {
        if (!isOwned(name, at) || others.has(key(name, at)) || isOneself(name, row)) continue;
        if (!isClaimed(collection, row, (edge, source, place) => !isCutBack(edge) || outlasts(edge, source, place)))
          continue;
        others.add(key(name, at));
        changed = true;
      }
    }
  }

  // What leads to rows that are kept until after the account's closing, by links: the person's, or the company's over its people.
  const endsWithCompany = ({ scope: of, name, companyField }: Collection) =>
    scope === "person" &&
    system.company !== null &&
    of !== "person" &&
    name !== system.person?.collection &&
    companyField === null;
  const ends = (name: string, row: MemoryRow) => {
    const collection = byName.get(name);
    const at = rowsOf(name).indexOf(row);
    if (!collection || !isOwned(name, at) || others.has(key(name, at)) || isAccount(name, row)) return false;
    if (endsWithCompany(collection) && collection.erasure.person.action === "keep")
      return later(collection) || countsFrom(collection.retention) === "account closure";
    return isKeptUntilClosing(system, collection, scope) || later(collection);
  };
  const through = (name: string) => byName.get(name)?.erasure[scope].action !== "anonymise";
  for (const [row, columns] of leadingOracle(system, memory, subject, scope, ends, { identities: false, through }))
    ways.set(row, new Set([...(ways.get(row) ?? []), ...columns]));
  const { collection: people = "", company: ofCompany = null } = system.person ?? {};
  /** Whether a link makes a row the person's, and not an address alone, over which nobody finds it later. */
  const isLinked = (collection: Collection, row: MemoryRow) =>
    edgesTo(collection.name).some(
      (edge) =>
        roleBy(edge, collection, scope) === "owner" &&
        rowsOf(edge.from.collection).some(
          (source, place) => isOwned(edge.from.collection, place) && fits(edge, source, row),
        ),
    );
  const isTied = scoped.some(
    (one) => endsWithCompany(one) && rowsOf(one.name).some((row) => ends(one.name, row) && isLinked(one, row)),
  );
  for (const [at, row] of rowsOf(people).entries())
    if (isTied && ofCompany && through(people) && isOneself(people, row) && row[ofCompany] !== null)
      ways.set(key(people, at), new Set([...(ways.get(key(people, at)) ?? []), ofCompany]));

  const alone = (name: string, at: number) => isOwned(name, at) && !others.has(key(name, at));
  const held = (name: string, at: number) => isHeld(name, rowsOf(name)[at] ?? {});
  const goes = (collection: Collection, at: number) =>
    collection.erasure[scope].action === "delete" && alone(collection.name, at) && !held(collection.name, at);
  /** Columns that lose the person's link, in a row that stays and is not kept with it. */
  const cutOf = (collection: Collection, at: number): string[] => {
    const { name, fields } = collection;
    const action = collection.erasure[scope].action;
    if (!isReached(name, at) || held(name, at)) return [];
    const own = alone(name, at);
    const cleared =
      own && action !== "delete"
        ? fields
            .filter(({ erasure }) => erasure?.action === "anonymise" && erasure.by === "clear")
            .map((field) => field.name)
        : [];
    const lost = (columns: string[]) => [...new Set(columns)].filter((column) => !isKept(name, at, column));
    if (byCompany(collection) || (own && action === "keep")) return lost(cleared);
    const row = rowsOf(name)[at] ?? {};
    const matched = edgesTo(name)
      .filter((edge) => edge.holder === "to" && leads(edge, row, own))
      .flatMap((edge) => edge.to.columns);
    return lost([...cleared, ...matched.filter((column) => canBeEmpty(name, column))]);
  };
  /** Whether a link is the person's: out of their own row any is, out of another's only one to what is theirs alone. */
  const leads = (edge: Edge, row: MemoryRow, own: boolean): boolean =>
    rowsOf(edge.from.collection).some(
      (source, place) => (own ? isOwned : alone)(edge.from.collection, place) && fits(edge, source, row),
    );

  // Rows that cannot go because something that is held is found by them, or something that stays points at them.
  const stays = new Set<string>();
  for (const collection of scoped)
    for (const at of rowsOf(collection.name).keys())
      if (ways.has(key(collection.name, at)) && goes(collection, at)) stays.add(key(collection.name, at));
  for (let changed = true; changed; ) {
    changed = false;
    for (const { child, column, parent, only, key: by = "id" } of links) {
      const target = byName.get(parent);
      if (!target) continue;
      for (const [at, row] of rowsOf(parent).entries()) {
        const isGoing = goes(target, at) && !stays.has(key(parent, at));
        const mayChange = by !== "id" && isReached(parent, at) && !isKept(parent, at, by);
        if (!isGoing && !mayChange) continue;
        const pointedAt = rowsOf(child).some((holder, place) => {
          if (holder[column] === null || holder[column] !== row[by]) return false;
          if (only && !only.is?.includes(String(holder[only.field]))) return false;
          const collection = byName.get(child);
          if (!collection) return true;
          if (stays.has(key(child, place))) return !canBeEmpty(child, column) || isKept(child, place, column);
          return !goes(collection, place) && !cutOf(collection, place).includes(column);
        });
        if (!pointedAt) continue;
        if (isGoing) stays.add(key(parent, at));
        // What it is known by to what stays does not change.
        if (mayChange) ways.set(key(parent, at), new Set([...(ways.get(key(parent, at)) ?? []), by]));
        changed = true;
      }
    }
  }

  return Object.fromEntries(
    system.collections.map((collection) => [
      collection.name,
      rowsOf(collection.name).map((_, at) => {
        const { name } = collection;
        if (!isReached(name, at)) return { verdict: "untouched" as const, cut: [] };
        if (held(name, at)) return { verdict: "held" as const, cut: [] };
        if (stays.has(key(name, at)))
          return {
            verdict: "reduced" as const,
            cut: collection.fields
              .map((field) => field.name)
              .filter((column) => canBeEmpty(name, column) && !isKept(name, at, column)),
            leads: ways.get(key(name, at)),
          };
        if (goes(collection, at)) return { verdict: "deleted" as const, cut: [] };
        return { verdict: alone(name, at) ? ("retained" as const) : ("unlinked" as const), cut: cutOf(collection, at) };
      }),
    ]),
  );
}
