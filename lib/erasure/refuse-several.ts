import type pg from "pg";
import type { Plan } from "../data-map/compile";
import { companyCondition, type Sizes } from "../data-map/reach-sql";
import { type Catalog, ErasureRefused } from "./catalog";
import { itself, tableOf } from "./conditions";

/**
 * Refuses an id that several people or companies hold: whoever asks would take the others along. Asked of the rows only where the
 * database itself does not keep the column unique.
 */
export async function refuseSeveral(client: pg.ClientBase, plan: Plan, sizes: Sizes, catalog: Catalog): Promise<void> {
  const { system, scope, nodes } = plan;
  const account = scope === "company" ? system.company : system.person;
  const node = nodes.find(({ collection }) => collection.name === account?.collection);
  if (!account || !node) return;
  const uniques = catalog.uniques.get(node.collection.name) ?? [];
  if (uniques.some((set) => set.length === 1 && set[0] === account.id)) return;
  const condition = scope === "company" ? companyCondition(plan, node) : itself({ plan, sizes }, node, "t");
  if (!condition) return;
  const { rowCount } = await client.query(`select 1 from ${tableOf(node)} t where ${condition} limit 2`);
  if (rowCount !== 2) return;
  throw new ErasureRefused(
    `${system.name}.${node.collection.name}.${account.id}: several rows hold the id that was asked for; \`${scope}.id\` of the map has to be a column that tells them apart`,
  );
}
