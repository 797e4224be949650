import type pg from "pg";
import type { Node } from "../data-map/compile";
import { literal } from "../data-map/identifiers";
import { isMomentSql, timeFormOf } from "../data-map/moment";
import { entryCondition } from "../data-map/reach-sql";
import type { Collection, Scope, System } from "../data-map/types";
import { time } from "./anonymise";
import { type Catalog, type Column, canBeEmpty, ErasureRefused } from "./catalog";
import {
  all,
  any,
  closingColumns,
  isFixed,
  no,
  retained,
  ruleOf,
  storedNodes,
  tableOf,
  type World,
} from "./conditions";
import { keepsUntilClosing } from "./kept-until";
import type { Reference } from "./references";
import { memberOf } from "./row-sets";
import { updateRows } from "./update-rows";

/**
 * When an account that an erasure closes counts as closed, as its column will say it: by whole seconds, or by days where it holds
 * days. The receipt counts from this very instant, and so do the sweeps that end what is kept.
 */
export function closesAt(
  at: Temporal.Instant,
  collection: Pick<Collection, "fields"> | undefined,
  name: string | null,
) {
  const type = collection?.fields.find((field) => field.name === name)?.type ?? "";
  if (/^date\b/.test(type)) return at.toZonedDateTimeISO("UTC").startOfDay().toInstant();
  return at.round({ smallestUnit: "second", roundingMode: "floor" });
}

/** {@link closesAt} of the person's own row and of the company's. */
export function closingsOf(at: Temporal.Instant, { person, company, collections }: System) {
  const of = (account: { collection: string; closed: string | null } | null) =>
    closesAt(
      at,
      collections.find(({ name }) => name === account?.collection),
      account?.closed ?? null,
    );
  return { account: of(person), company: of(company) };
}

const room: Record<string, RegExp> = {
  seconds: /^(integer|bigint|numeric|real|double precision)$/,
  milliseconds: /^(bigint|numeric|double precision)$/,
  text: /^(text|character varying|(.+\.)?citext|bpchar|character)$/,
};

/** SQL of a closing time in the form of its column; null when the column cannot be given one. */
function closingValue(collection: Collection, name: string, column: Column, at: Temporal.Instant): string | null {
  const { base, type, length, array } = column;
  if (array || isFixed(collection, name, column)) return null;
  const form = timeFormOf(collection, name);
  const closing = closesAt(at, collection, name);
  const words = closing.toString();
  if (!form) return time.test(base) ? `${literal(words)}::timestamptz::${type}` : null;
  if (!room[form]?.test(base) || (form === "text" && length !== null && length < words.length)) return null;
  const value = { text: words, seconds: closing.epochMilliseconds / 1000, milliseconds: closing.epochMilliseconds };
  return `${literal(String(value[form]))}::${type}`;
}

/**
 * Closes the accounts whose rows stay and are open still: what is kept of them ends so long after that, and a sweep finds it by this
 * time alone. One that is there stands.
 */
export async function closeAccounts(client: pg.ClientBase, world: World): Promise<void> {
  for (const node of storedNodes(world))
    for (const { name, column, open, value } of closings(world, node)) {
      const { collection } = node;
      if (value !== null) {
        await updateRows(client, node, new Map([[name, value]]), open, world.stays.get(node));
        continue;
      }
      const { rowCount } = await client.query(`select 1 from ${tableOf(node)} t where ${open} limit 1`);
      if (rowCount && keepsUntilClosing(world.plan.system))
        throw new ErasureRefused(`${collection.name}.${name}: ${cannotBeClosed(column)}`);
    }
}

/** The condition that a row's account is closed by {@link closeAccounts}. */
export const closing = (world: World, node: Node): string =>
  any(closings(world, node).flatMap(({ open, value }) => (value === null ? [] : [open])));

/** What closing an account means for each such column of a collection: in which rows, and what is written; null for what cannot be. */
function closings(world: World, node: Node) {
  const { collection } = node;
  return closingColumns(world.plan.system, collection).flatMap((name) => {
    const column = world.catalog.columns.get(collection.name)?.get(name);
    const open = all(staying(world, node), `(${isMomentSql(collection, name, "t")}) is not true`);
    if (!column || open === no) return [];
    return [{ name, column, open, value: closingValue(collection, name, column, world.closedAt) }];
  });
}

/** The accounts' own rows: a person's is theirs alone, and a company takes its members along. */
function staying(world: World, node: Node): string {
  const { plan, sizes } = world;
  const rows =
    ruleOf(world, node).action === "delete" ? (memberOf(world.stays.get(node), "t") ?? no) : retained(world, node);
  if (plan.scope === "company") return rows;
  return all(
    rows,
    any(node.entries.filter(({ seedOnly }) => seedOnly).map((one) => entryCondition(plan, node, one, sizes))),
  );
}

const cannotBeClosed = ({ type }: Column, isView = false): string =>
  `an erasure has to write there when the account was closed, which ${isView ? "a view" : `a column of type ${type}`} cannot take, since rows are kept until so long after closing`;

/**
 * Why what is kept until after an account's closing would never end, as `npm run data-map:check` says it: the closing time cannot be
 * written, or nothing in the kept rows leads to the account, whose row then goes before them.
 */
export function endlessProblems(system: System, catalog: Catalog, references: readonly Reference[]): string[] {
  if (!keepsUntilClosing(system)) return [];
  const problems: string[] = [];
  const isKeptFor = { person: keepsUntilClosing(system, "person"), company: keepsUntilClosing(system, "company") };
  for (const [scope, account] of [
    ["person", system.person],
    ["company", system.company],
  ] as const) {
    const collection = system.collections.find(({ name }) => name === account?.collection);
    if (!account || !collection || !isKeptFor[scope]) continue;
    const { closed } = account;
    const column = closed === null ? undefined : catalog.columns.get(collection.name)?.get(closed);
    const isView = catalog.views.has(collection.name);
    if (closed && column && (isView || closingValue(collection, closed, column, Temporal.Now.instant()) === null))
      problems.push(`${system.name}.${collection.name}.${closed}: ${cannotBeClosed(column, isView)}`);
    const kept = references.filter((reference) => !losesLink(reference, scope, catalog));
    const [above, before] = [leadsTo(collection, kept), leadsTo(collection, references)];
    for (const one of system.collections)
      if (
        !catalog.views.has(one.name) &&
        one !== collection &&
        keepsUntilClosing({ ...system, collections: [one] }, scope) &&
        !above.has(one)
      ) {
        const over = [...before].filter(
          (each) => each !== one && !above.has(each) && leadsTo(each, references).has(one),
        );
        const why = before.has(one) ? lost(collection, over) : missing(system, one, collection, above);
        problems.push(
          `${system.name}.${one.name}: is kept until so long after closing, and ${why}, or keep it for a class that counts from creation`,
        );
      }
  }
  return problems;
}

/** Whether rows that the map makes anonymous lose a link: what hangs on them leads to no account from then on. */
const losesLink = ({ childCollection, childColumns }: Reference, scope: Scope, { columns }: Catalog): boolean =>
  childCollection?.erasure[scope].action === "anonymise" &&
  childColumns.some((name) => {
    const column = columns.get(childCollection.name)?.get(name);
    const rule = childCollection.fields.find((field) => field.name === name)?.erasure?.action;
    const isCompany = scope === "company" && name === childCollection.companyField;
    return (
      column !== undefined &&
      !isCompany &&
      rule !== "keep" &&
      !isFixed(childCollection, name, column) &&
      canBeEmpty(column)
    );
  });

/** Why the links that lead from the rows of a collection to an account are lost. */
const lost = (account: Collection, over: readonly Collection[]): string =>
  `it leads to ${account.name} over ${over.map(({ name }) => name).join(" and ")} alone, whose rows are made anonymous and lose that link, so nobody would know when that is; keep these (\`erasure: keep\` of the link's field), give it another reference`;

/** Why nothing in the rows of a collection leads to an account, though the map may have a reference, and what to do. */
function missing(system: System, one: Collection, account: Collection, above: ReadonlySet<Collection>): string {
  const when = "so nobody would know when that is";
  for (const { from, to, holder, isUnclear } of system.edges) {
    const [held, kept] = holder === "from" ? [from, to] : [to, from];
    const isAbove = (side: { collection: string }) => [...above].some(({ name }) => name === side.collection);
    if (held.collection === one.name && isAbove(kept)) {
      const key = kept.columns.map((column) => `${kept.collection}.${column}`).join(", ");
      return `it leads to ${account.name} by ${key}, which is neither a key nor unique, ${when}; make that unique, give it another reference`;
    }
    if (isUnclear && kept.collection === one.name && isAbove(held))
      return `the reference between it and ${held.collection} is taken to be held there, ${when}; say \`holder\` of it`;
  }
  return `nothing in it leads to ${account.name}, ${when}; give it a reference`;
}

/** Everything whose rows hold a link to rows of a collection, directly or over others that do. */
function leadsTo(account: Collection, references: readonly Reference[]): Set<Collection> {
  const found = new Set([account]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const { childCollection, parent } of references)
      if (childCollection && found.has(parent)) found.add(childCollection);
  }
  return found;
}
