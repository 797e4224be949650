import { sql } from "drizzle-orm";
import type pg from "pg";
import type { Ctx } from "../context";
import type { System } from "../data-map/types";
import { withTransaction } from "../db/transaction";
import { textArray } from "../db/types";
import type { Catalog } from "../erasure/catalog";
import { eraserUrl } from "../erasure/eraser-url";
import { readErasable } from "../erasure/read-erasable";
import { faultPoint } from "../faults";
import { connectSweeper } from "./connect-sweeper";
import type { Sweep } from "./ledger";
import type { RetentionRule } from "./rules";

type Swept = { system: System; catalog: Pick<Catalog, "materialised">; rules: readonly Pick<RetentionRule, "name">[] };

/**
 * Makes the materialised views of a system anew where these rules changed rows: until then they show what went. Nobody can read
 * such a view meanwhile. It belongs before the rules' runs count as done, so that whoever takes over does it.
 * @throws what the database says, such as that a reader held a view for too long
 */
export async function refreshViews(
  ctx: Ctx,
  sweep: Sweep,
  client: pg.Client,
  { system, catalog, rules }: Swept,
): Promise<void> {
  if (catalog.materialised.length > 0 && (await haveChanged(ctx, sweep, system, rules))) await refresh(client, catalog);
}

async function refresh(client: pg.Client, { materialised }: Pick<Catalog, "materialised">): Promise<void> {
  if (materialised.length === 0) return;
  await faultPoint("retention.refreshing");
  for (const view of materialised) await client.query(`refresh materialized view ${view}`);
}

/** {@link refreshViews} over a connection of its own. @throws ErasureRefused too */
export async function refreshViewsOf(ctx: Ctx, sweep: Sweep, system: System, rules: Swept["rules"]): Promise<void> {
  const url = eraserUrl(system);
  if (!url || !(await haveChanged(ctx, sweep, system, rules))) return;
  const client = await connectSweeper(url);
  try {
    await client.query("begin");
    const catalog = await readErasable(client, system).finally(() => client.query("rollback"));
    await refresh(client, catalog);
  } finally {
    await client.end().catch(() => {});
  }
}

/** In this sweep, or in one since the last that ended whole: that one may have fallen before it refreshed anything. */
async function haveChanged(ctx: Ctx, { id }: Sweep, { name }: System, rules: Swept["rules"]): Promise<boolean> {
  if (rules.length === 0) return false;
  const found = await withTransaction(ctx, (tx) =>
    tx.db.execute(sql`
      select 1 from retention_runs r join retention_sweeps s on s.id = r.sweep_id
      where s.kind = 'sweep' and r.system = ${name} and r.rule = any(${textArray(rules.map((rule) => rule.name))})
        and r.deleted + r.estimated + r.partitions + r.emptied + r.cut > 0
        and (s.id = ${id} or s.at > coalesce(
          (select max(w.at) from retention_sweeps w where w.kind = 'sweep' and w.finished_at is not null and w.failed_at is null), '-infinity'))
      limit 1`),
  );
  return found.length > 0;
}
