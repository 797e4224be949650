import { and, isNotNull, sql } from "drizzle-orm";
import { systemCtx } from "../context";
import { countReached, type ReachSubject } from "../data-map/reach";
import { packages } from "../db/schema";
import { withRead } from "../db/transaction";
import { log } from "../log";

export type Estimate = {
  rows: number;
  /** Bytes of the ZIP, from what a row came to in packages written before; null while there is none. */
  bytes: number | null;
};

/** How large a package would be if it were asked for now; null when a system does not answer. */
export async function estimatePackage(subject: ReachSubject, scope: "person" | "company"): Promise<Estimate | null> {
  try {
    const counted = await countReached(subject, scope);
    const rows = counted.filter(({ collection }) => collection.exported).reduce((sum, one) => sum + one.rows, 0);
    const perRow = await bytesPerRow();
    return { rows, bytes: perRow === null ? null : Math.round(rows * perRow) };
  } catch (error) {
    log.warn({ err: error }, "package size not estimated");
    return null;
  }
}

/** Over all packages ever written; an average of many people says nothing about one. */
async function bytesPerRow(): Promise<number | null> {
  const [row] = await withRead(systemCtx("package-estimate"), (tx) =>
    tx.db
      .select({
        perRow: sql<number | null>`sum(${packages.bytes})::float8 / nullif(sum(${packages.rowsEstimated}), 0)`,
      })
      .from(packages)
      .where(and(isNotNull(packages.readyAt), isNotNull(packages.bytes))),
  );
  return row?.perRow ?? null;
}
