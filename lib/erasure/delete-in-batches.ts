import type pg from "pg";
import type { Node } from "../data-map/compile";
import { ownWays, storedNodes, tableOf, type World } from "./conditions";
import { mayGoFirst } from "./delete-first";
import { transactionAt, transactionSql } from "./lasting";
import { type Blocks, inBlocks, type Leaf, leavesOf, nextRange, readsAll } from "./leaves";
import { type Paced, rest } from "./pace";
import { at } from "./stopped-by";

/** How many rows were deleted by transactions that lasted, per collection. */
export type Deleted = Readonly<Record<string, number>>;

export type Batches = {
  /** Collections with fewer rows to delete go with everything else, in one transaction. */
  least: number;
  /** Rows a transaction, about. */
  size: number;
  /** What earlier attempts deleted. */
  before: Deleted;
  /** Called before a batch lasts, with the sums that hold when it does and the transaction's id. @throws to stop before it */
  note: (deleted: Deleted, transaction: string) => Promise<void>;
};

/**
 * Deletes rows of which there are too many for one transaction, in many: those of collections that go whole and that nothing leads
 * on from, neither references nor identities, so that what else is found stays the same, and where no trigger acts on their going: what
 * that does is looked at only at the end of a whole erasure. Whoever is stopped in between goes on
 * with what is left. Between two batches others go first while they wait because of us.
 * @param client whose session holds the sources of `world` beyond a transaction
 * @returns the sums, earlier attempts among them
 */
export async function deleteInBatches(
  client: pg.ClientBase,
  world: World,
  batches: Batches,
  paced: Paced,
): Promise<Deleted> {
  let deleted = batches.before;
  for (const node of storedNodes(world)) {
    if (!mayGoFirst(world, node) || world.catalog.actsOnDelete.has(node.collection.name)) continue;
    const ways = ownWays(world, node);
    if (!(await areMany(client, node, ways, batches.least))) continue;
    for (const leaf of await leavesOf(client, node.collection))
      for (const way of ways) {
        const walks =
          node.companyField !== null &&
          (await readsAll(client, leaf.name, `delete from only ${leaf.sql} t where ${way}`));
        let range = walks ? nextRange(leaf, 0, batches.size) : null;
        for (let more = !walks || range !== null; more; ) {
          const batch = { size: batches.size, range };
          const start = performance.now();
          const { rows, transaction } = await at([node], () => beginBatch(client, leaf, way, batch));
          deleted = { ...deleted, [node.collection.name]: (deleted[node.collection.name] ?? 0) + rows };
          await batches.note(deleted, transaction);
          await client.query("commit");
          paced.pace.took = performance.now() - start;
          await rest(paced);
          range = range && nextRange(leaf, range.end, batches.size);
          more = walks ? range !== null : rows === batches.size;
        }
      }
  }
  return deleted;
}

/** Deletes what lies in a range, or as many as a batch takes of whatever is left; nothing of it lasts yet. */
async function beginBatch(
  client: pg.ClientBase,
  leaf: Leaf,
  way: string,
  { size, range }: { size: number; range: Blocks | null },
): Promise<{ rows: number; transaction: string }> {
  const where = range
    ? `${inBlocks(range, "t")} and ${way}`
    : `t.ctid = any(array(select t.ctid from only ${leaf.sql} t where ${way} limit ${size}))`;
  // Sent together: an answer that is waited for takes as long as hundreds of rows.
  const results = (await client.query(
    `begin; delete from only ${leaf.sql} t where ${where}; ${transactionSql}`,
  )) as unknown as pg.QueryResult<{ id: string }>[];
  return { rows: results[1]?.rowCount ?? 0, transaction: await transactionAt(client, results[2]?.rows[0]?.id ?? "") };
}

async function areMany(client: pg.ClientBase, node: Node, ways: string[], least: number): Promise<boolean> {
  for (const way of ways) {
    const { rows } = await client.query<{ rows: number }>(
      `select count(*)::int as rows from (select 1 from ${tableOf(node)} t where ${way} limit ${least}) x`,
    );
    if ((rows[0]?.rows ?? 0) >= least) return true;
  }
  return false;
}
