import type pg from "pg";
import type { Node } from "../data-map/compile";
import { feedsOf } from "../data-map/fill-sources";
import { quoted } from "../data-map/identifiers";
import { ownWays, storedNodes, tableOf, type World } from "./conditions";
import { goesWhole } from "./execute";

/** How many rows were deleted by transactions that lasted, per collection. */
export type Deleted = Readonly<Record<string, number>>;

export type Batches = {
  /** Collections with fewer rows to delete go with everything else, in one transaction. */
  least: number;
  /** Rows a transaction. */
  size: number;
  /** What earlier attempts deleted. */
  before: Deleted;
  /** Called before a batch lasts, with the sums that hold when it does and the transaction's id. @throws to stop before it */
  note: (deleted: Deleted, transaction: string) => Promise<void>;
};

/**
 * Deletes rows of which there are too many for one transaction, in many: those of collections that go whole and that nothing leads
 * on from, neither references nor identities, so that what else is found stays the same. Whoever is stopped in between goes on
 * with what is left.
 * @param client whose session holds the sources of `world` beyond a transaction
 * @returns the sums, earlier attempts among them
 */
export async function deleteInBatches(client: pg.ClientBase, world: World, batches: Batches): Promise<Deleted> {
  let deleted = batches.before;
  for (const node of storedNodes(world)) {
    if (!goesWhole(world, node) || leadsOn(world, node)) continue;
    const ways = ownWays(world, node);
    if (!(await areMany(client, node, ways, batches.least))) continue;
    for (const table of await leaves(client, node))
      for (const way of ways)
        for (let rows = batches.size; rows === batches.size; ) {
          await client.query("begin");
          const result = await client.query(
            `delete from only ${table} t where t.ctid = any(array(select t.ctid from only ${table} t where ${way} limit ${batches.size}))`,
          );
          rows = result.rowCount ?? 0;
          deleted = { ...deleted, [node.collection.name]: (deleted[node.collection.name] ?? 0) + rows };
          await batches.note(deleted, await currentTransaction(client));
          await client.query("commit");
        }
  }
  return deleted;
}

/** The id of the transaction, by which one can ask later whether it lasted. */
export async function currentTransaction(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ id: string }>("select pg_current_xact_id()::text as id");
  return rows[0]?.id ?? "";
}

const leadsOn = ({ plan, references }: World, node: Node): boolean =>
  feedsOf(plan, node).length > 0 || references.some(({ parent }) => parent === node.collection);

async function areMany(client: pg.ClientBase, node: Node, ways: string[], least: number): Promise<boolean> {
  for (const way of ways) {
    const { rows } = await client.query<{ rows: number }>(
      `select count(*)::int as rows from (select 1 from ${tableOf(node)} t where ${way} limit ${least}) x`,
    );
    if ((rows[0]?.rows ?? 0) >= least) return true;
  }
  return false;
}

/** The tables in which the rows themselves lie: a row's place is one within each. */
async function leaves(client: pg.ClientBase, { collection }: Node): Promise<string[]> {
  const { schema, name, only = false } = collection.table;
  const { rows } = await client.query<{ schema: string; name: string }>(
    `with recursive heirs as (
       select format('%I.%I', $1::text, $2::text)::regclass::oid as oid
       union select i.inhrelid from pg_inherits i join heirs h on i.inhparent = h.oid where not $3)
     select n.nspname as schema, c.relname as name from heirs h join pg_class c on c.oid = h.oid
     join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' order by 1, 2`,
    [schema, name, only],
  );
  return rows.map((table) => `${quoted(table.schema)}.${quoted(table.name)}`);
}
