import { and, isNotNull, sql } from "drizzle-orm";
import { systemCtx } from "../context";
import { countReached, type ReachSubject } from "../data-map/reach";
import { packages } from "../db/schema";
import { withRead } from "../db/transaction";
import { log } from "../log";

export type Estimate = {
  rows: number;
  /** Bytes of the ZIP, from packages written before; null while there are too few. */
  bytes: number | null;
};

/** How large a package would be if it were asked for now; null when a system does not answer. */
export async function estimatePackage(subject: ReachSubject, scope: "person" | "company"): Promise<Estimate | null> {
  try {
    const counted = await countReached(subject, scope);
    const rows = counted.filter(({ collection }) => collection.exported).reduce((sum, one) => sum + one.rows, 0);
    return { rows, bytes: await expectedBytes(rows) };
  } catch (error) {
    log.warn({ err: error }, "package size not estimated");
    return null;
  }
}

/**
 * What packages of other sizes came to, as a line through all of them (every package has a fixed part,
 * its documents); an average of many people says nothing about one. Null before two were written.
 */
async function expectedBytes(rows: number): Promise<number | null> {
  const size = sql<number>`${packages.bytes}::float8`;
  const length = sql<number>`${packages.rowsEstimated}::float8`;
  const [line] = await withRead(systemCtx("package-estimate"), (tx) =>
    tx.db
      .select({
        base: sql<number | null>`regr_intercept(${size}, ${length})`,
        perRow: sql<number | null>`regr_slope(${size}, ${length})`,
      })
      .from(packages)
      .where(and(isNotNull(packages.readyAt), isNotNull(packages.bytes))),
  );
  if (line?.base == null || line.perRow == null || line.perRow < 0) return null;
  return Math.round(Math.max(line.base, 0) + line.perRow * rows);
}
