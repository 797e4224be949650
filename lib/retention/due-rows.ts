import { firstKeptDay } from "../calendar";
import type { Held } from "../data-map/held";
import { literal, quoted, tableName } from "../data-map/identifiers";
import { countedSql, firstDay, timeFormOf, wordsSql } from "../data-map/moment";
import { fieldOf } from "../data-map/named";
import { listedSql } from "../data-map/none";
import type { Collection } from "../data-map/types";
import { type Catalog, ErasureRefused } from "../erasure/catalog";
import { all, any, no, not } from "../erasure/conditions";
import { pointsAt, sameKey } from "../erasure/pointing";
import { childRows } from "../erasure/references";
import type { Link } from "./links";
import { leadsByItAlone } from "./only-ways";

/** Rows of one collection up to one instant. */
export type Due = { collection: Collection; cutoff: Temporal.Instant; zone: string };

/**
 * The condition that row `row` is due: an index on the column, or partitions by it, serve it. Without a date, or with
 * one that stands for none, a row has no age and is never due. A time without a zone counts as UTC.
 * @throws ErasureRefused when the column holds no time
 */
export function dueSql(due: Due, catalog: Catalog, row: string): string {
  const { isDue, hasAge } = compared(due, catalog, row);
  return `${isDue} and ${hasAge}`;
}

/** The condition that row `row` is not due or has no age, said so that the bounds of partitions can be compared with it. */
export function undueSql(due: Due, catalog: Catalog, row: string): string {
  const { isUndue, isAgeless } = compared(due, catalog, row);
  return `${isUndue} or ${isAgeless}`;
}

/** The condition that row `row` is due and not held: it goes, unless it has to wait. */
export function mayGoSql(due: Due, catalog: Catalog, held: Held, row: string): string {
  return all(dueSql(due, catalog, row), not(held(due.collection, row)));
}

function compared({ collection, cutoff, zone }: Due, { columns }: Catalog, row: string) {
  const name = collection.since ?? "";
  const base = columns.get(collection.name)?.get(name)?.base ?? "";
  const form = timeFormOf(collection, name);
  const column = `${row}.${quoted(name)}`;
  const value = form === "text" ? wordsSql(column) : column;
  const listed = listedSql(fieldOf(collection, name), column);
  const from = (first: string) => ({
    hasAge: `${value} >= ${first}${listed ? ` and not ${listed}` : ""}`,
    isAgeless: `${value} is null or ${value} < ${first}${listed ? ` or ${listed}` : ""}`,
  });
  if (form === "seconds" || form === "milliseconds") {
    if (!/^(smallint|integer|bigint|numeric|real|double precision)$/.test(base))
      throw new ErasureRefused(`${collection.name}: trust.since names ${name}, which is no number (${base})`);
    const number = numberOf(cutoff, form, /int/.test(base));
    const first = numberOf(Temporal.Instant.from(`${firstDay}T00:00Z`), form, true);
    return { isDue: `${value} <= ${number}`, isUndue: `${value} > ${number}`, ...from(first) };
  }
  if (base === "date") {
    const day = `${literal(firstKeptDay(cutoff, zone).toString())}::date`;
    return { isDue: `${value} < ${day}`, isUndue: `${value} >= ${day}`, ...from(`'${firstDay}'::date`) };
  }
  const type = form === "text" || base === "timestamp with time zone" ? "timestamptz" : "timestamp";
  if (type === "timestamp" && base !== "timestamp without time zone")
    throw new ErasureRefused(`${collection.name}: trust.since names ${name}, which is no date and no time`);
  const text = cutoff.toString({ smallestUnit: "microsecond" });
  const at = `${literal(type === "timestamptz" ? text : text.replace("Z", ""))}::${type}`;
  const counted = form === "text" ? countedSql(collection, name, row, zone) : value;
  return { isDue: `${counted} <= ${at}`, isUndue: `${counted} > ${at}`, ...from(`'${firstDay}'::${type}`) };
}

/** The instant as a number of the column: whole where the column's are, so that its index serves. */
function numberOf(at: Temporal.Instant, form: "seconds" | "milliseconds", whole: boolean): string {
  const [unit, digits] = form === "seconds" ? [1_000_000n, 6] : [1_000n, 3];
  const micros = at.epochNanoseconds / 1000n;
  const [before, after] = [micros / unit, micros % unit];
  return whole ? String(before) : `${before}.${String(after).padStart(digits, "0")}`;
}

/** What a row of the child is when it points at row `p`: alias `t`. */
const pointed = (link: Link, more: string | null): string => {
  const itself = link.childCollection === link.parent ? "not (t.tableoid = p.tableoid and t.ctid = p.ctid)" : null;
  return `exists (select 1 from ${childRows(link)} t where ${all(pointsAt(link), itself, more)})`;
};

/** The condition that a link to row `p` leads to no other row that stays; null where it can lead to one alone. @param stays of rows `q` */
function leadsNowhereElse({ several, parent, parentColumns }: Link, stays: string): string | null {
  const isAlike = parentColumns.map((name) => `q.${quoted(name)} = p.${quoted(name)}`);
  return several ? `not exists (select 1 from ${tableName(parent)} q where ${all(...isAlike, stays)})` : null;
}

/**
 * The condition that row `t`, should it stay, keeps what it points at: by a link that cannot be cut, as by the only one by which it is found
 * when its account ends, or as it is held and may not change.
 */
const keepsSql = ({ cut, childCollection, ways }: Link, held: Held): string =>
  cut && childCollection ? any([held(childCollection, "t") ?? no, ways ? leadsByItAlone(ways) : no]) : "true";

/** The condition that a row that stays keeps row `p` by this link; null where it can keep none. @param staying see {@link waitingSql} */
export function pointedSql(link: Link, held: Held, staying: string | null): string | null {
  const keeps = all(keepsSql(link, held), staying);
  return keeps === no ? null : pointed(link, keeps);
}

/**
 * The condition that row `p` has to wait for a row that stays and points at it.
 * @param mayGo rows `q` of the collection; all others stay for sure, and a link that leads to one of them too keeps nothing
 * @param staying narrows down rows `t` of a child; null: every row that is still there stays
 */
export function waitingSql(
  collection: Collection,
  links: readonly Link[],
  held: Held,
  mayGo: string,
  staying: (link: Link) => string | null = () => null,
): string {
  return any(
    links
      .filter(({ parent }) => parent === collection)
      .flatMap((link) => {
        const kept = pointedSql(link, held, staying(link));
        return kept === null ? [] : [all(kept, leadsNowhereElse(link, not(mayGo)))];
      }),
  );
}

/**
 * From rows `t` of a child that may go to rows `p` that have to wait should these stay: what to select from, and the condition. Null for a
 * link that keeps none.
 */
export function waysToWait(
  link: Link,
  mayGo: { child: (row: string) => string; parent: (row: string) => string },
): { from: string; where: string } | null {
  // None of them is held.
  const keeps = keepsSql(link, () => null);
  if (keeps === no) return null;
  return {
    from: `${childRows(link)} t join ${tableName(link.parent)} p on ${pointsAt(link)}`,
    where: all(keeps, mayGo.child("t"), mayGo.parent("p"), leadsNowhereElse(link, not(mayGo.parent("q")))),
  };
}

/** Rows that go in one statement: `p` of these, and the condition on any row of their collection. */
type Going = { from: string; goes: (row: string) => string };

/** Takes the links to rows that go out of the rows that stay, where nothing else is left that they lead to. Null when there is nothing to cut. */
export function cutSql(link: Link, { from, goes }: Going, staying: string | null): string | null {
  if (!link.cut || !link.childCollection) return null;
  const gone = all(goes("p"), leadsNowhereElse(link, not(goes("q"))));
  const without = (name: string) =>
    `array(select u.x from unnest(t.${quoted(name)}) with ordinality u(x, n) where not exists (
       select 1 from ${from} where ${gone} and ${sameKey({ ...link, many: false }, () => "u.x")}) order by u.n)`;
  const { columns, how } = link.cut;
  const sets = columns.map((name) => `${quoted(name)} = ${how === "clear" ? "null" : without(name)}`);
  return `update ${tableName(link.childCollection)} t set ${sets.join(", ")}
    where exists (select 1 from ${from} where ${gone} and ${pointsAt(link)})${staying ? ` and ${staying}` : ""}`;
}
