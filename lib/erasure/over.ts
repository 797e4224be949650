import type pg from "pg";
import type { Node } from "../data-map/compile";
import { quoted } from "../data-map/identifiers";
import { equalSql, plainPair } from "../data-map/pairs";

/** Accounts whose own time is over as well, so that what they share with the one that is ended is nobody else's. */
export type Over = {
  /** The collection of the accounts. */
  collection: string;
  /** SQL of where they are, of the column of their id, and of the condition that their time is over. */
  from: string;
  alias: string;
  id: string;
  where: string;
};

/** The condition that row `row` is such an account's own, or of such a company by its column; null when none can be. */
export function isOver(over: Over | undefined, node: Node, row: string): string | null {
  const same = over && ofAccount(over, node, row);
  return same ? `exists (select 1 from ${over.from} where ${same} and ${over.where})` : null;
}

function ofAccount({ collection, alias, id }: Over, node: Node, row: string): string | null {
  const key = `${alias}.${quoted(id)}`;
  if (node.collection.name === collection) return equalSql(plainPair, `${row}.${quoted(id)}`, key);
  const { companyField, companyPair } = node;
  return companyField && companyPair ? equalSql(companyPair, `${row}.${quoted(companyField)}`, key) : null;
}

/**
 * Keeps such accounts from being opened again until the transaction ends; one that was meanwhile ends it with nothing changed.
 * @param shared SQL of rows `f` that are theirs and share something with the account that is ended
 */
export async function lockOver(client: pg.ClientBase, over: Over, node: Node, shared: string): Promise<void> {
  const same = ofAccount(over, node, "f");
  if (same)
    await client.query(
      `select 1 from ${over.from} where ${over.where} and exists (select 1 from ${shared} and ${same}) for share of ${over.alias}`,
    );
}
