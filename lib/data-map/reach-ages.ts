import { dataMap } from "./load";
import { inFilled } from "./reach";
import { oldestSql } from "./reach-sql";
import type { Collection, ReachSubject, Scope } from "./types";

/** What is held of one collection for somebody, and since when the oldest of it counts; null without such a column. */
export type Age = { system: string; collection: Collection; rows: number; oldest: Temporal.Instant | null };

/** How many rows a request would reach now, and how old they are, per collection, in every system. */
export async function agesReached(subject: ReachSubject, scope: Scope): Promise<Age[]> {
  const map = dataMap();
  const found = await Promise.all(
    map.systems.map((system) =>
      inFilled(map, system, subject, scope, async (plan, client, sizes): Promise<Age[]> => {
        const asked = plan.nodes.map((node) => `(${oldestSql(plan, node, sizes)})`);
        const { rows } = await client.query<{ all: string[][] }>(`select array[${asked.join(", ")}] as all`);
        return plan.nodes.map(({ collection }, at) => {
          const [count = "0", oldest = ""] = rows[0]?.all[at] ?? [];
          return {
            ...{ system: system.name, collection, rows: Number(count) },
            oldest: oldest === "" ? null : Temporal.Instant.from(oldest),
          };
        });
      }),
    ),
  );
  return found.flat();
}
