import { type Entry, holdsMany, type Node, type Plan, type Source } from "../data-map/compile";
import type { Held } from "../data-map/held";
import { tableName } from "../data-map/identifiers";
import { bothLeading, type Leading, none } from "../data-map/leading";
import { fieldOf } from "../data-map/named";
import { entryCondition, holdsValues, isOwn, mayMatch, relation, type Sizes, waysTo } from "../data-map/reach-sql";
import type { Collection, Erasure, System } from "../data-map/types";
import { type Catalog, type Column, canBeEmpty } from "./catalog";
import { heldColumns, ownColumns, type Reference } from "./references";
import { memberOf, type RowSet } from "./row-sets";
import type { Tally } from "./tally";

/**
 * Everything that the fate of a row follows from. `others` and `stays` are sets of rows, present only while they hold any:
 * rows that are another person's too, and rows that cannot go because what stays points at them.
 */
export type World = {
  plan: Plan;
  sizes: Sizes;
  catalog: Catalog;
  references: readonly Reference[];
  held: Held;
  /**
   * What leads to what is held and has to be found again when that ends, beside `held.leading`; to what is kept until after an account's
   * closing; and from what stays, to rows that it knows by these columns (find-stays.ts).
   */
  leading: Leading;
  /** When an account that was open counts as closed. */
  closedAt: Temporal.Instant;
  others: Map<Node, RowSet>;
  stays: Map<Node, RowSet>;
  /** Collections all of whose rows went already, and how many. */
  gone: Map<Node, number>;
  /**
   * Temporary tables of what is another person's too: identities, such as an address of two accounts, and what leads to rows that are,
   * such as the number of a shared room. Only where there are any.
   */
  shared: Map<Source, string>;
  /** SQL of what becomes of a link that is cut by another value, where that could be somebody's (lead-nowhere.ts). */
  apart: Map<Node, Map<string, string>>;
  /** What was counted of each table before the first row went. */
  before: Tally;
  /** The names of all such tables that were made. */
  asides: Set<string>;
};

/** The nodes whose rows lie in tables. */
export const storedNodes = ({ plan, catalog }: Pick<World, "plan" | "catalog">): Node[] =>
  plan.nodes.filter(({ collection }) => !catalog.views.has(collection.name));

export const ruleOf = ({ plan }: World, { collection }: Node): Erasure => collection.erasure[plan.scope];

export const no = "false";
/** What the database does not know counts as false on both sides. Of no condition there is none. */
export function not(condition: string): string;
export function not(condition: string | null | undefined): string | null;
export function not(condition: string | null | undefined): string | null {
  return condition ? `(${condition}) is not true` : null;
}
export const any = (conditions: readonly string[]): string =>
  conditions
    .filter((one) => one !== no)
    .map((one) => `(${one})`)
    .join(" or ") || no;
export const all = (...conditions: (string | null)[]): string => {
  const given = conditions.filter((one): one is string => one !== null);
  return given.some((one) => one === no) ? no : given.map((one) => `(${one})`).join(" and ") || "true";
};

export const liveEntries = ({ sizes }: World, node: Node): Entry[] =>
  node.entries.filter(({ source }) => mayMatch(source, sizes));

/** The values of an entry that are not the person's to cut, if there are any. @param own in rows that are the person's alone */
export const sparedBy = ({ shared }: World, { source }: Entry, own: boolean): string | undefined =>
  own && !source.identity ? undefined : shared.get(source);

/**
 * The condition that something is found by this row that is kept for now, and so has to be found again when that ends.
 * @param names in these columns, which then stay as they are; missing: in any
 */
export function leads(world: World, { collection }: Node, row = "t", names?: readonly string[]): string {
  // Where the database wants all of a link's columns or none, they stay together.
  const tied = names && [
    ...names,
    ...world.references
      .filter(({ full, childCollection }) => full && childCollection === collection)
      .map(heldColumns)
      .filter((held) => held.some((name) => names.includes(name)))
      .flat(),
  ];
  const found = bothLeading(world.held.leading ?? none, world.leading)(collection, row);
  return any(
    found.filter(({ columns }) => !tied || columns.some((name) => tied.includes(name))).map(({ where }) => where),
  );
}

/**
 * The condition that row `t` is reached by a link of the person's that is theirs to cut: nothing that is kept is found by it; an address
 * that is somebody else's too is theirs to keep, and so is, in rows that are not the person's alone, what leads to rows that are somebody
 * else's too.
 * @param own in rows that are the person's alone
 */
export function linkCondition(world: World, node: Node, entry: Entry, own: boolean): string {
  const { plan, sizes } = world;
  const kept = leads(world, node, "t", [...cuts(world, node, entry).keys()]);
  const way = entryCondition(plan, node, entry, sizes, null, "t");
  const link = kept === no ? way : all(way, not(kept));
  const spared = sparedBy(world, entry, own);
  if (!spared) return link;
  if (!holdsMany(node, entry.columns[0] ?? ""))
    return `${link} and not exists (select 1 from pg_temp.${spared} s where ${holdsValues(node, entry, "t", "s")})`;
  return `${link} and exists (select 1 from ${relation(plan, entry.source, sizes)} i where ${holdsValues(node, entry, "t", "i")}
    and not exists (select 1 from pg_temp.${spared} s where s.c1 = i.c1))`;
}

/** Rows `t` that lose a link by one of these entries. */
export function losing(world: World, node: Node, entries: readonly Entry[]): string {
  const links = (own: boolean) => any(entries.map((entry) => linkCondition(world, node, entry, own)));
  const [ofOwn, ofOthers] = [links(true), links(false)];
  const cut = ofOwn === ofOthers ? ofOwn : any([ofOthers, all(retained(world, node), ofOwn)]);
  return all(cut, unlinked(world, node));
}

/** The ways in which a row is reached, each a condition that an index may serve. */
export const ways = ({ plan, sizes }: World, node: Node, row = "t"): string[] => waysTo(plan, node, sizes, { row });

/** The ways in which a row is the person's own. */
export const ownWays = (world: World, node: Node, row = "t", by: (entry: Entry) => boolean = () => true): string[] =>
  waysTo(world.plan, node, world.sizes, { row, by: (entry) => isOwn(world.plan, entry) && by(entry) });

/** The condition that a row is the account itself that is asked for, which is found by its id; null where none can be. */
export function itself({ plan, sizes }: Pick<World, "plan" | "sizes">, node: Node, row: string): string | null {
  const seeds = node.entries.filter(({ seedOnly }) => seedOnly);
  return seeds.length > 0 ? any(seeds.map((seed) => entryCondition(plan, node, seed, sizes, null, row))) : null;
}

export const owned = (world: World, node: Node, row: string): string => any(ownWays(world, node, row));
export const notOwned = (world: World, node: Node, row: string): string => not(owned(world, node, row));

const notHeld = ({ held }: World, { collection }: Node, row: string): string | null => not(held(collection, row));

/** Reached, and kept from any change by a hold. */
export function heldRows(world: World, node: Node, row = "t"): string {
  const condition = world.held(node.collection, row);
  const elsewhere = world.held.elsewhere?.(node.collection, row);
  return condition ? all(any(ways(world, node, row)), condition, not(elsewhere)) : no;
}

/** The person's own and nobody else's. */
const alone = (world: World, node: Node, row: string): (string | null)[] => [
  owned(world, node, row),
  not(memberOf(world.others.get(node), row)),
];

/** What a delete leaves out, beside the ways by which its rows are found. */
export const sparing = (world: World, node: Node, row = "t"): string =>
  all(not(memberOf(world.others.get(node), row)), not(memberOf(world.stays.get(node), row)), notHeld(world, node, row));

/** Rows that go. */
export const deletable = (world: World, node: Node, row = "t"): string =>
  ruleOf(world, node).action === "delete" ? all(owned(world, node, row), sparing(world, node, row)) : no;

/** The person's own rows that stay as their collection says, and lose or keep their fields. */
export const retained = (world: World, node: Node, row = "t"): string =>
  ruleOf(world, node).action === "delete" ? no : all(...alone(world, node, row), notHeld(world, node, row));

/** Rows from which the person's own link or mention is cut: all that are reached but neither go nor are kept with it. */
export function unlinked(world: World, node: Node, row = "t"): string {
  const { action } = ruleOf(world, node);
  if (node.companyField) return action === "anonymise" ? retained(world, node, row) : no;
  if (action !== "anonymise" && isAllAlone(world, node)) return no;
  const kept = action === "anonymise" ? null : not(all(...alone(world, node, row)));
  return all(any(ways(world, node, row)), kept, not(memberOf(world.stays.get(node), row)), notHeld(world, node, row));
}

/** Known without a look at the rows: whatever is reached is the person's own and nobody else's. */
export const isAllAlone = (world: World, node: Node): boolean =>
  !world.others.has(node) &&
  (node.companyField !== null ||
    world.plan.scope === "company" ||
    liveEntries(world, node).every(({ role }) => role === "owner"));

/** What can be done to a column that holds a link. */
export type Cut = "clear" | "remove" | "token";

/**
 * The columns by which a row points at the person, and how each is cut. Nothing for a link that the column cannot be without:
 * then what it points at has to stay.
 */
export function cuts(world: World, node: Node, entry: Entry): Map<string, Cut> {
  const found = new Map<string, Cut>();
  const { collection } = node;
  const columns = world.catalog.columns.get(collection.name);
  if (!entry.holdsLink) return found;
  const isReference = world.references.some(
    ({ childCollection, childColumns }) =>
      childCollection === collection && childColumns.every((column) => entry.columns.includes(column)),
  );
  const cut = (name: string): Cut | null => {
    const column = columns?.get(name);
    const field = fieldOf(collection, name);
    if (!column || isFixed(collection, name, column) || field?.erasure?.action === "keep") return null;
    if (holdsMany(node, name)) return "remove";
    if (canBeEmpty(column)) return "clear";
    return isReference ? null : "token";
  };
  const possible = entry.columns.filter((name) => cut(name) !== null);
  const to = entry.source.feeders.map((feeder) => feeder.node.collection.name);
  const own = ownColumns(world.plan.system, world.references, { collection, columns: entry.columns, to }, possible);
  for (const name of own) found.set(name, cut(name) ?? "clear");
  // Where the database wants all of a link's columns or none, they go together or stay together; a row's company is never cut.
  for (const reference of world.references) {
    const held = heldColumns(reference);
    if (!reference.full || reference.childCollection !== collection || !held.some((name) => found.has(name))) continue;
    const clears = held.every((name) => name !== collection.companyField && cut(name) === "clear");
    for (const name of held) {
      if (clears) found.set(name, "clear");
      else found.delete(name);
    }
  }
  return found;
}

/** The entries of which a row can lose its link. */
export const cuttable = (world: World, node: Node): Entry[] =>
  liveEntries(world, node).filter((entry) => cuts(world, node, entry).size > 0);

/**
 * Whether a column can be left without what it holds: it makes its row no other one, the map does not keep it, and any number of rows may
 * be empty there.
 * @param many it holds a list, out of which single values can be taken
 */
export function canLose({ columns }: Pick<Catalog, "columns">, collection: Collection, name: string, many = false) {
  const column = columns.get(collection.name)?.get(name);
  if (!column || isFixed(collection, name, column)) return false;
  return fieldOf(collection, name)?.erasure?.action !== "keep" && (many || canBeEmpty(column));
}

/** Another value here would make it another row, or the database gives it. */
export const isFixed = ({ primaryKey }: Collection, name: string, column: Column): boolean =>
  column.generated || column.key === true || primaryKey.includes(name);

/** Whether the map changes fields of rows that stay. */
export const fieldsChange = (world: World, node: Node): boolean =>
  ruleOf(world, node).action !== "delete" &&
  node.collection.fields.some(({ name, erasure }) => erasure?.action === "anonymise" && isOwnField(world, node, name));

/** Keys stay: what points at the row would lose it; and so does what ends it one day, its company and when the account was closed. */
export const isOwnField = ({ catalog, plan }: World, { collection, companyField }: Node, name: string): boolean => {
  const column = catalog.columns.get(collection.name)?.get(name);
  if (column === undefined || isFixed(collection, name, column)) return false;
  return !closingColumns(plan.system, collection).includes(name) && !(companyField && isCompanyOf(collection, name));
};

/** The column that says whose company a row is of, unless the map says what becomes of it. */
export const isCompanyOf = (collection: Collection, name: string): boolean =>
  collection.companyField === name && fieldOf(collection, name)?.erasure?.action !== "anonymise";

/** The columns of an account's own row that say when it was closed (closing-time.ts); several where a person's is their company's too. */
export const closingColumns = ({ person, company }: System, { name }: Collection): string[] => {
  const columns = [person, company].map((account) => (account?.collection === name ? account.closed : null));
  return [...new Set(columns)].filter((column) => column !== null);
};

export const tableOf = ({ collection }: Node): string => tableName(collection);
