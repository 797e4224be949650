import { meetsSql } from "./empty";
import { tableName } from "./identifiers";
import { dataMap } from "./load";
import { inFilled } from "./reach";
import { reachedBy } from "./reach-sql";
import type { DataMap, ReachSubject } from "./types";

/** What a company has to settle before its account is closed (the map's `open`), such as unpaid invoices; only what there is. */
export async function countOpen(
  subject: ReachSubject,
  map: DataMap = dataMap(),
): Promise<{ label: string; rows: number }[]> {
  const found = map.systems
    .filter(({ collections }) => collections.some(({ open }) => open))
    .map((system) =>
      inFilled(map, system, subject, "company", async (plan, client, sizes) => {
        const counts: { label: string; rows: number }[] = [];
        for (const node of plan.nodes) {
          const { open, label } = node.collection;
          const reached = open && reachedBy(plan, node, sizes, "t");
          if (!reached) continue;
          const { rows } = await client.query<{ rows: number }>(
            `select count(*)::int as rows from ${tableName(node.collection)} t where (${reached}) and ${meetsSql(node.collection, open, "t")}`,
          );
          counts.push({ label, rows: rows[0]?.rows ?? 0 });
        }
        return counts.filter(({ rows }) => rows > 0);
      }),
    );
  return (await Promise.all(found)).flat();
}
