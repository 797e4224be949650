import { tableName } from "../data-map/identifiers";
import type { Table } from "../data-map/mapped-tables";
import { accountsOf, collectionOf, fieldOf } from "../data-map/named";
import { isWords, type Pair, pairOf, plainElsewhere, plainPair } from "../data-map/pairs";
import { isArray } from "../data-map/type-families";
import type { Collection, Condition, System } from "../data-map/types";
import type { Catalog, ForeignKey, Period } from "./catalog";
import { withLinkEnds } from "./link-ends";

/** Rows of `child` point at rows of `parent`, whose key they hold; a row that is pointed at cannot go before them. */
export type Reference = {
  child: Table;
  /** Null for a table that is no collection. */
  childCollection: Collection | null;
  childColumns: string[];
  parent: Collection;
  parentColumns: string[];
  /** Only rows whose times overlap, beside the columns (`PERIOD` of a foreign key). */
  period?: Period | null;
  /** By a foreign key of the database; otherwise the map alone knows of it. */
  enforced: boolean;
  /** The database itself sees to it that each leads to some row (catalog.ts). */
  vouched: boolean;
  /** The child's column holds several keys. */
  many: boolean;
  /** How each of the child's columns is compared with the parent's. */
  pairs: Pair[];
  /** Only rows of the child that meet it hold the reference. */
  only?: Condition | undefined;
  /** All of the child's columns are null or none (`match full`). */
  full?: boolean;
};

/** What of a reference lies in the rows that hold it. */
export type Link = Pick<Reference, "childCollection" | "childColumns" | "period" | "many" | "full">;

/** The rows of the child, as one selects from them: those of heirs only where these are no collections of their own. */
export const childRows = ({ child, childCollection }: Pick<Reference, "child" | "childCollection">): string =>
  tableName(childCollection ?? { table: child });

/** The columns without any of which a row of the child holds no such reference. */
export const heldColumns = ({ childColumns, period }: Pick<Reference, "childColumns" | "period">): string[] =>
  period ? [...childColumns, period.child] : childColumns;

/** The columns that a row of the parent is known by. */
export const keptColumns = ({ parentColumns, period }: Pick<Reference, "parentColumns" | "period">): string[] =>
  period ? [...parentColumns, period.parent] : parentColumns;

/** Those on which these depend: themselves, or what they are generated from. */
export const knownColumns = (reference: Reference, { columns }: Pick<Catalog, "columns">): string[] =>
  keptColumns(reference).flatMap((name) => columns.get(reference.parent.name)?.get(name)?.madeOf ?? [name]);

/** The same columns in the same order. */
export const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, at) => one === b[at]);
const isSame = (one: Table, other: Table): boolean => one.schema === other.schema && one.name === other.name;
const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one) => b.includes(one));

/**
 * Whether these columns say which row it is: the key, one of another make, or a part of the key, as where the key of a partitioned
 * table holds its day as well. An identity is none: whoever shares it is meant too.
 */
function isKey(collection: Collection, columns: readonly string[], uniques: readonly (readonly string[])[]) {
  const { primaryKey } = collection;
  if (primaryKey.length === 0 || sameSet(columns, primaryKey)) return true;
  if (columns.some((column) => fieldOf(collection, column)?.identity)) return false;
  return columns.every((column) => primaryKey.includes(column)) || uniques.some((set) => sameSet(columns, set));
}

/**
 * Of the columns of a link those that hold no other one, such as the tenant's; all of them where each does. Two over more and fewer of
 * the same columns to the same collection are one link.
 * @param to the collections that the link leads to
 * @param possible those of its columns that could be cut
 */
export function ownColumns(
  { edges }: Pick<System, "edges">,
  references: readonly Reference[],
  link: { collection: Collection; columns: readonly string[]; to: readonly string[] },
  possible: readonly string[],
): string[] {
  const { collection, columns, to } = link;
  const all: { columns: readonly string[]; to: string | null }[] = [
    ...edges.flatMap((edge) => [
      ...(edge.from.collection === collection.name ? [{ columns: edge.from.columns, to: edge.to.collection }] : []),
      ...(edge.to.collection === collection.name ? [{ columns: edge.to.columns, to: edge.from.collection }] : []),
    ]),
    ...references
      .filter(({ childCollection }) => childCollection === collection)
      .map((reference) => ({ columns: heldColumns(reference), to: reference.parent.name })),
    ...collection.fields.filter(({ identity }) => identity).map(({ name }) => ({ columns: [name], to: null })),
    ...(collection.companyField ? [{ columns: [collection.companyField], to: null }] : []),
  ];
  const within = (a: readonly string[], b: readonly string[]) => a.every((column) => b.includes(column));
  const others = all.filter(
    (other) =>
      !sameSet(other.columns, columns) &&
      !(
        other.to !== null &&
        to.includes(other.to) &&
        (within(other.columns, columns) || within(columns, other.columns))
      ),
  );
  const own = possible.filter((name) => !others.some((other) => other.columns.includes(name)));
  return own.length > 0 ? own : [...possible];
}
/** All of the columns are null or none; of a single one that says nothing. */
const isFull = ({ child, period, full }: ForeignKey) => full && (period !== null || child.columns.length > 1);

/** The foreign keys by which rows point anywhere, at tables that are no collections too. */
export const keysFrom = ({ table }: Collection, { foreignKeys }: Pick<Catalog, "foreignKeys">): ForeignKey[] =>
  foreignKeys.filter(({ child }) => isSame(child, table));

/** What of them lies in the rows: none may be broken. */
export const keysHeld = (childCollection: Collection, catalog: Pick<Catalog, "foreignKeys">): Link[] =>
  keysFrom(childCollection, catalog).map((key) => ({
    ...{ childCollection, childColumns: key.child.columns, period: key.period, many: false, full: isFull(key) },
  }));

/** Everything that points at a collection, by the database's foreign keys, by the map's links to primary keys and by its company columns. */
export function referencesOf(given: System, catalog: Catalog): Reference[] {
  const { foreignKeys, uniques } = catalog;
  const system = withLinkEnds(given, catalog);
  const collectionsAt = (at: Table) => system.collections.filter(({ table }) => isSame(table, at));
  const nobodys = ({ schema, name }: Table): Table =>
    system.impersonal.find(({ table }) => isSame(table, { schema, name }))?.table ?? { schema, name };
  const enforced = foreignKeys.flatMap((key): Reference[] => {
    const { child, parent, period, vouched } = key;
    return collectionsAt(parent).flatMap((collection) => {
      const children: (Collection | null)[] = collectionsAt(child);
      return (children.length > 0 ? children : [null]).map((childCollection) => ({
        child: childCollection?.table ?? nobodys(child),
        childCollection,
        childColumns: child.columns,
        parent: collection,
        parentColumns: parent.columns,
        period,
        enforced: true,
        vouched,
        many: false,
        pairs: child.columns.map(() => plainPair),
        full: isFull(key),
      }));
    });
  });
  const declared = system.edges.flatMap(({ from, to, holder, only }): Reference[] => {
    const [held, kept] = holder === "from" ? [from, to] : [to, from];
    const child = collectionOf(system, held.collection);
    const parent = collectionOf(system, kept.collection);
    // A link to something else than the key, such as an address, can be cut without leaving anything dangling.
    const toKey = parent && isKey(parent, kept.columns, uniques.get(parent.name) ?? []);
    if (!child || !parent || !toKey) return [];
    const fields = held.columns.map((column) => fieldOf(child, column));
    const keys = kept.columns.map((column) => fieldOf(parent, column));
    // What points into a list points at no row.
    if (keys.some(isArray)) return [];
    return [
      {
        child: child.table,
        childCollection: child,
        childColumns: held.columns,
        parent,
        parentColumns: kept.columns,
        enforced: false,
        vouched: false,
        many: isArray(fields[0]),
        pairs: fields.map((field, at) => pairOf(field, keys[at])),
        ...(only ? { only } : {}),
      },
    ];
  });
  const all = [...enforced];
  for (const one of [...declared, ...companyLinks(system, uniques)]) {
    const known = all.some(
      (other) =>
        other.childCollection === one.childCollection &&
        other.parent === one.parent &&
        JSON.stringify(other.only) === JSON.stringify(one.only) &&
        same(other.childColumns, one.childColumns) &&
        same(other.parentColumns, one.parentColumns),
    );
    if (!known) all.push(one);
  }
  return all.map((one) => asCompared(one, catalog));
}

/**
 * Words are compared as who finds rows by the map compares them, by the collation of the column that holds the reference; those of a
 * foreign key as the database does, by that of the key. Said only where the two are of different ones.
 */
function asCompared(reference: Reference, { columns }: Catalog): Reference {
  const { childCollection, parent, childColumns, parentColumns, enforced } = reference;
  const pairs = reference.pairs.map((given, at): Pair => {
    const column = columns.get(parent.name)?.get(parentColumns[at] ?? "");
    const pair = enforced && /\.citext$/.test(column?.base ?? "") ? plainElsewhere : given;
    const key = column?.collation ?? null;
    const held = columns.get(childCollection?.name ?? "")?.get(childColumns[at] ?? "")?.collation ?? null;
    return held === key || !isWords(pair) ? pair : { ...pair, collation: (enforced ? key : held) ?? `"default"` };
  });
  return { ...reference, pairs };
}

/** The column that says whose account a row is of leads to the company, whether or not anything else says so. */
function companyLinks(system: System, uniques: Catalog["uniques"]): Reference[] {
  const { company, collections } = system;
  const parent = accountsOf(system, "company");
  if (!company || !parent || !isKey(parent, [company.id], uniques.get(parent.name) ?? [])) return [];
  const id = fieldOf(parent, company.id);
  return collections.flatMap((child): Reference[] => {
    const { companyField } = child;
    if (companyField === null || child === parent) return [];
    const field = fieldOf(child, companyField);
    return [
      {
        ...{
          child: child.table,
          childCollection: child,
          childColumns: [companyField],
          parent,
          parentColumns: [company.id],
        },
        ...{ enforced: false, vouched: false, many: isArray(field), pairs: [pairOf(field, id)] },
      },
    ];
  });
}

/** A system beside what its database says. */
export type Mapped = { system: System; catalog: Catalog; references: readonly Reference[] };

/** Tables outside of the map that point into it, such as `public.audit_trail (trail_user_fkey)`. */
export function strangers(system: System, { foreignKeys }: Catalog): string[] {
  const known = [...system.collections, ...system.impersonal].map(({ table }) => table);
  const isKnown = (one: Table) =>
    known.some((table) => isSame(table, one)) || system.ignoredSchemas.some(({ name }) => name === one.schema);
  return foreignKeys
    .filter(({ child, parent }) => isKnown(parent) && !isKnown(child))
    .map(
      ({ name, child, parent }) => `${child.schema}.${child.name} (${name}) points at ${parent.schema}.${parent.name}`,
    );
}

/** References of the map that ask of a time that it is the same, where the database asks that it lies within: one problem each. */
export function periodsEqualled({ system, catalog: { foreignKeys } }: Mapped): string[] {
  const isAt = (name: string, at: Table) =>
    system.collections.some((one) => one.name === name && isSame(one.table, at));
  return foreignKeys.flatMap(({ name, child, parent, period }) =>
    system.edges.flatMap(({ from, to, holder }) => {
      const [held, kept] = holder === "from" ? [from, to] : [to, from];
      const at = period ? held.columns.indexOf(period.child) : -1;
      if (!period || kept.columns[at] !== period.parent) return [];
      if (!isAt(held.collection, child) || !isAt(kept.collection, parent)) return [];
      return [
        `${system.name}.${held.collection}.${period.child}: the reference to ${kept.collection}.${period.parent} finds rows of the very same time, and ${name} leads to all whose times overlap; leave it to the key's other columns`,
      ];
    }),
  );
}

/**
 * Collections in groups to delete from, one group after the other: none is pointed at by a later one. Those that point at each
 * other in a circle, and what they point at, form the last group, which goes in one statement.
 */
export function deletionOrder(collections: readonly Collection[], references: readonly Reference[]): Collection[][] {
  const groups: Collection[][] = [];
  let left = [...collections];
  while (left.length > 0) {
    const pointedAt = new Set(
      references
        .filter(({ enforced, childCollection, parent }) => enforced && childCollection !== parent)
        .filter(({ childCollection }) => childCollection && left.includes(childCollection))
        .map(({ parent }) => parent),
    );
    const free = left.filter((collection) => !pointedAt.has(collection));
    if (free.length === 0) return [...groups, left];
    groups.push(...free.map((one) => [one]));
    left = left.filter((collection) => pointedAt.has(collection));
  }
  return groups;
}
