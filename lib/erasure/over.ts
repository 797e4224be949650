import type pg from "pg";
import type { Node } from "../data-map/compile";
import { quoted } from "../data-map/identifiers";
import { equalSql, plainPair } from "../data-map/pairs";
import type { Collection } from "../data-map/types";
import { all, not } from "./conditions";
import { leadsTo } from "./endless";
import type { Reference } from "./references";

/** Accounts whose own time is over as well, so that what they share with the one that is ended is nobody else's. */
export type Over = {
  /** The collection of the accounts. */
  collection: string;
  /** SQL of where they are. */
  from: string;
  alias: string;
  /** The column of their id. */
  id: string;
  /** SQL of the condition that their time is over, that of rows of these collections too. */
  where: (collections: ReadonlySet<Collection>) => string;
  /** Of which rows of such an account it is not said, since they end apart; null: of none. */
  apart: (collection: Collection, row: string) => string | null;
};

/** Rows of which it is asked whose they are; what leads to them may be kept for longer, and has to be found by them then. */
type Shared = { of: Node; references: readonly Reference[] };
const whereOf = ({ where }: Over, { of, references }: Shared): string => where(leadsTo(of.collection, references));

/** The condition that row `row` is such an account's own, or of such a company by its column; null when none can be. */
export function isOver(over: Over | undefined, node: Node, row: string, shared: Shared): string | null {
  const same = over && ofAccount(over, node, row);
  const apart = over?.apart(node.collection, row);
  return same ? `exists (select 1 from ${over.from} where ${all(same, whereOf(over, shared), not(apart))})` : null;
}

function ofAccount({ collection, alias, id }: Over, node: Node, row: string): string | null {
  const key = `${alias}.${quoted(id)}`;
  if (node.collection.name === collection) return equalSql(plainPair, `${row}.${quoted(id)}`, key);
  const { companyField, companyPair } = node;
  return companyField && companyPair ? equalSql(companyPair, `${row}.${quoted(companyField)}`, key) : null;
}

/**
 * Keeps such accounts from being opened again until the transaction ends; one that was meanwhile ends it with nothing changed.
 * @param rows SQL of rows `f` of a node that are theirs and share something with the account that is ended
 */
export async function lockOver(
  client: pg.ClientBase,
  over: Over,
  node: Node,
  rows: string,
  shared: Shared,
): Promise<void> {
  const same = ofAccount(over, node, "f");
  if (same)
    await client.query(
      `select 1 from ${over.from} where ${whereOf(over, shared)} and exists (select 1 from ${rows} and ${same}) for share of ${over.alias}`,
    );
}
