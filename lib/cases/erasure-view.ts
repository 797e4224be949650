import { asc, eq } from "drizzle-orm";
import { collectionLabel } from "../data-map/collection-label";
import { dataMap } from "../data-map/load";
import { erasureRuns } from "../db/schema";
import type { Tx } from "../db/transaction";
import { type Fate, holdsAny } from "../erasure/execute";
import { iso } from "./case-view";

export type ErasureView = {
  system: string;
  finishedAt: string | null;
  failedAt: string | null;
  /** For staff: what has to be mended, one problem a line. */
  failure: string | null;
  /** What became of each collection that held anything; once finished. */
  items: (Fate & { label: string })[];
};

/** The erasure runs of a deletion, in the order they began; empty before the engine began. */
export async function erasureOf(tx: Tx, caseId: string): Promise<ErasureView[]> {
  const rows = await tx.db
    .select()
    .from(erasureRuns)
    .where(eq(erasureRuns.caseId, caseId))
    .orderBy(asc(erasureRuns.startedAt));
  return rows.map(({ system: name, finishedAt, failedAt, failure, fates }) => {
    const system = dataMap().systems.find((one) => one.name === name);
    return {
      system: system?.label ?? name,
      finishedAt: iso(finishedAt),
      failedAt: iso(failedAt),
      failure,
      items: finishedAt
        ? ((fates ?? []) as Fate[])
            .filter(holdsAny)
            .map((fate) => ({ ...fate, label: collectionLabel(name, fate.collection) }))
        : [],
    };
  });
}
