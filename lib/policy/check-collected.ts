import { notInArray } from "drizzle-orm";
import type { Ctx } from "../context";
import { checkSystem } from "../data-map/check";
import { dataMap } from "../data-map/load";
import type { DataMap, System } from "../data-map/types";
import { mapChecks } from "../db/schema";
import { withTransaction } from "../db/transaction";

/**
 * Job, once a day: compares the data map with the live databases and notes, of each system, how many columns of each category are
 * declared and how much is not. Run twice, it notes the same.
 * @throws what a system answered that could not be read: the note of the others is new, its own stays and grows old
 */
export async function checkCollected(ctx: Ctx, map: DataMap = dataMap()): Promise<void> {
  const unread: unknown[] = [];
  for (const system of map.systems)
    try {
      const findings = await checkSystem(system);
      const undeclared = findings.filter(({ kind }) => kind.startsWith("unclassified")).length;
      await withTransaction(ctx, async (tx) => {
        const found = { checkedAt: tx.now, columns: columnsOf(system), undeclared };
        await tx.db
          .insert(mapChecks)
          .values({ system: system.name, ...found })
          .onConflictDoUpdate({ target: mapChecks.system, set: found });
      });
    } catch (error) {
      unread.push(error);
    }
  const names = map.systems.map(({ name }) => name);
  await withTransaction(ctx, (tx) => tx.db.delete(mapChecks).where(notInArray(mapChecks.system, names)));
  if (unread.length > 0) throw unread[0];
}

function columnsOf({ collections }: System): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { policyCategory } of collections.flatMap(({ fields }) => fields))
    counts[policyCategory] = (counts[policyCategory] ?? 0) + 1;
  return counts;
}
