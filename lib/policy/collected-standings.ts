import { sql } from "drizzle-orm";
import type { Tx } from "../db/transaction";
import type { Measured } from "./answered-standings";
import { type PromiseId, promiseIds } from "./promises";

/** Hours after which a daily check is missed: one may just have failed and be tried again. */
const freshHours = 30;

type Row = { system: string; at: string; columns: Record<string, number>; undeclared: number };

/**
 * What is collected: that the daily comparison of the map with the platform's databases found no table and no column of which
 * nobody has said what it holds. Not measured before the first comparison, nor for a category that no column has.
 */
export async function collectedStandings(tx: Tx): Promise<Partial<Record<PromiseId, Measured>>> {
  const rows = await tx.db.execute<Row>(
    sql`select system, checked_at::text as at, columns, undeclared from map_checks order by checked_at`,
  );
  const [oldest] = rows;
  if (!oldest) return {};
  const at = Temporal.Instant.from(oldest.at);
  const sum = (of: (row: Row) => number) => rows.reduce((all, row) => all + of(row), 0);
  const undeclared = sum((row) => row.undeclared);
  const all = sum(({ columns }) => Object.values(columns).reduce((some, count) => some + count, 0));
  const isOld = Temporal.Instant.compare(at.add({ hours: freshHours }), tx.now) < 0;
  const found: Partial<Record<PromiseId, Measured>> = {};
  for (const id of promiseIds.filter((one) => one.startsWith("collect."))) {
    const columns = sum((row) => row.columns[id] ?? 0);
    if (columns === 0) continue;
    const evidence = isOld
      ? `The platform's databases were not compared with the data map in the last ${freshHours} hours.`
      : undeclared > 0
        ? `The platform's databases hold ${undeclared === 1 ? "a table or column" : `${undeclared} tables or columns`} of which nobody has said what it is.`
        : `Of the ${all.toLocaleString("en-GB")} columns that hold personal data ${columns.toLocaleString("en-GB")} ${columns === 1 ? "is" : "are"} of this kind; the last look at the platform's databases found none beyond them.`;
    found[id] = { broken: isOld || undeclared > 0, evidence, at };
  }
  return found;
}
