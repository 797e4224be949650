import type pg from "pg";
import type { Node } from "../data-map/compile";
import { literal, quoted } from "../data-map/identifiers";
import { countedIfAnySql, isMomentSql, timeFormOf } from "../data-map/moment";
import type { Collection } from "../data-map/types";
import { time } from "./anonymise";
import { type Column, ErasureRefused } from "./catalog";
import { closesAt, closingWords } from "./closed-at";
import {
  all,
  any,
  closingColumns,
  isFixed,
  itself,
  no,
  retained,
  ruleOf,
  storedNodes,
  tableOf,
  type World,
  ways,
} from "./conditions";
import { keepsUntilClosing } from "./kept-until";
import { memberOf } from "./row-sets";

const room: Record<string, RegExp> = {
  seconds: /^(integer|bigint|numeric|real|double precision)$/,
  milliseconds: /^(bigint|numeric|double precision)$/,
  text: /^(text|character varying|(.+\.)?citext|bpchar|character)$/,
};

/** SQL of a closing time in the form of its column; null when the column cannot be given one. */
export function closingValue(
  collection: Collection,
  name: string,
  column: Column,
  at: Temporal.Instant,
): string | null {
  const { base, type, length, array } = column;
  if (array || isFixed(collection, name, column)) return null;
  const form = timeFormOf(collection, name);
  const words = closingWords(at, collection, name);
  if (!form) return time.test(base) ? `${literal(words)}::timestamptz::${type}` : null;
  if (!room[form]?.test(base) || (form === "text" && length !== null && length < words.length)) return null;
  const { epochMilliseconds } = closesAt(at, collection, name);
  const value = { text: words, seconds: epochMilliseconds / 1000, milliseconds: epochMilliseconds };
  return `${literal(String(value[form]))}::${type}`;
}

/**
 * Notes since when the accounts count as closed whose rows stay and are open still: what is kept of them ends so long after that, and a
 * sweep finds it by this time alone. One that is there stands.
 * @throws ErasureRefused where it cannot be written
 */
export async function readyToClose(client: pg.ClientBase, world: World): Promise<void> {
  world.closedAt = (await companyClosed(client, world)) ?? world.closedAt;
  if (!keepsUntilClosing(world.plan.system)) return;
  for (const node of storedNodes(world))
    for (const { name, column, open, value } of closings(world, node)) {
      if (value !== null) continue;
      const { rowCount } = await client.query(`select 1 from ${tableOf(node)} t where ${open} limit 1`);
      if (rowCount) throw new ErasureRefused(`${node.collection.name}.${name}: ${cannotBeClosed(column)}`);
    }
}

/**
 * What closes the accounts of a collection: written with what else becomes of these rows, since a check may want both, such as a state.
 * @param rows which of them are accounts that stay
 */
export const closed = (world: World, node: Node, rows = staying(world, node)): [name: string, value: string][] =>
  closings(world, node, rows).flatMap(({ name, open, value }): [string, string][] =>
    value === null ? [] : [[name, `case when ${open} then ${value} else t.${quoted(name)} end`]],
  );

/** {@link closed} as if every account of the collection that this scope closes stayed. */
export const closedAll = (world: World, node: Node): [name: string, value: string][] =>
  world.plan.scope === "company" || node.collection.name === world.plan.system.person?.collection
    ? closed(world, node, "true")
    : [];

/** The condition that a row's account is closed so. */
export const closing = (world: World, node: Node): string =>
  any(closings(world, node).flatMap(({ open, value }) => (value === null ? [] : [open])));

/** When the company was closed, with which its members' accounts that are open still were; null where it is open itself, and of a person. */
async function companyClosed(client: pg.ClientBase, world: World): Promise<Temporal.Instant | null> {
  const { system, scope } = world.plan;
  const node = storedNodes(world).find(({ collection }) => collection.name === system.company?.collection);
  const closed = system.company?.closed;
  if (scope === "person" || !node || !closed) return null;
  const { rows } = await client.query<{ closed: string | null }>(
    `select max(${countedIfAnySql(node.collection, closed, "t")})::text as closed from ${tableOf(node)} t where ${any(ways(world, node))}`,
  );
  return rows[0]?.closed ? Temporal.Instant.from(rows[0].closed) : null;
}

/** What closing an account means for each such column of a collection: in which rows, and what is written; null for what cannot be. */
function closings(world: World, node: Node, rows = staying(world, node)) {
  const { collection } = node;
  return closingColumns(world.plan.system, collection).flatMap((name) => {
    const column = world.catalog.columns.get(collection.name)?.get(name);
    const open = all(rows, `(${isMomentSql(collection, name, "t")}) is not true`);
    if (!column || open === no) return [];
    return [{ name, column, open, value: closingValue(collection, name, column, world.closedAt) }];
  });
}

/** The accounts' own rows: a person's is theirs alone, and a company takes its members along. */
function staying(world: World, node: Node): string {
  const rows =
    ruleOf(world, node).action === "delete" ? (memberOf(world.stays.get(node), "t") ?? no) : retained(world, node);
  if (world.plan.scope === "company") return rows;
  return all(rows, itself(world, node, "t") ?? no);
}

export const cannotBeClosed = ({ type }: Column, isView = false): string =>
  `an erasure has to write there when the account was closed, which ${isView ? "a view" : `a column of type ${type}`} cannot take, since rows are kept until so long after closing`;
