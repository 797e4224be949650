import type pg from "pg";
import type { Held } from "../data-map/held";
import { tableName } from "../data-map/identifiers";
import type { Collection } from "../data-map/types";
import { any } from "../erasure/conditions";
import { pointedSql } from "./due-rows";
import type { Link } from "./links";

/** How many rows wait for those of what: by the collection, or by `schema.table` where that is none of the map. One row may wait for several. */
export type WaitingFor = Record<string, number>;

/**
 * Counts what rows of a collection wait for.
 * @param waiting the condition that row `p` of it waits
 * @param staying narrows down rows `t` of what points at it; null: every row that is still there stays
 */
export async function waitingFor(
  client: pg.ClientBase,
  collection: Collection,
  { links, held, waiting }: { links: readonly Link[]; held: Held; waiting: string },
  staying: (link: Link) => string | null = () => null,
): Promise<WaitingFor> {
  const incoming = links.filter(({ parent }) => parent === collection);
  const byChild = Map.groupBy(
    incoming,
    ({ childCollection, child }) => childCollection?.name ?? `${child.schema}.${child.name}`,
  );
  const names = [...byChild.keys()];
  if (names.length === 0) return {};
  const counts = names.map(
    (name, at) =>
      `count(*) filter (where ${any((byChild.get(name) ?? []).flatMap((link) => pointedSql(link, held, staying(link)) ?? []))})::int as n${at}`,
  );
  const { rows } = await client.query<Record<string, number>>(
    `select ${counts.join(", ")} from ${tableName(collection)} p where ${waiting}`,
  );
  const found = names.map((name, at) => [name, rows[0]?.[`n${at}`] ?? 0] as const);
  return Object.fromEntries(found.filter(([, count]) => count > 0));
}
