import { asc, isNotNull } from "drizzle-orm";
import type { Ctx } from "../context";
import { suppressions } from "../db/schema";
import { withRead } from "../db/transaction";
import { appendLines, readTail, SuppressionError } from "./list";
import { chainStart, openLine } from "./record";
import { lockList } from "./state";

/**
 * Puts back lines that the list lost and the database still holds: the two are copies of each other, and only both lost at once
 * would be a loss. Replicas that start together do it once. @returns how many. @throws SuppressionError when they do not follow what is there
 */
export function mendList(ctx: Ctx): Promise<number> {
  return withRead(ctx, async (tx) => {
    await lockList(tx);
    const { last, bytes } = await readTail();
    const rows = await tx.db
      .select()
      .from(suppressions)
      .where(isNotNull(suppressions.line))
      .orderBy(asc(suppressions.n));
    const missing = rows.filter(({ n }) => (n ?? 0) > (last?.n ?? 0)).map(({ line }) => line ?? "");
    let before = last?.mac ?? chainStart;
    let n = last?.n ?? 0;
    for (const line of missing) {
      const record = openLine(line);
      if (record?.n !== n + 1 || record.before !== before)
        throw new SuppressionError(
          "The lines that the database holds do not follow those of the list. Put the file back from its copy (docs/restoring.md).",
        );
      [before, n] = [record.mac, record.n];
    }
    if (missing.length > 0) await appendLines(missing, bytes);
    return missing.length;
  });
}
