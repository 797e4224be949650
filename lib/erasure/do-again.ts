import type { Ctx } from "../context";
import { withTransaction } from "../db/transaction";
import { faultPoint } from "../faults";
import { refuseNewHold, type StandingHolds } from "../holds/kept-back";
import type { sumOf } from "./execute";

type Sums = ReturnType<typeof sumOf>;

/** What was done again, or would be; not left is what is there because the erasure itself left it, or because it has to stay. */
export type Again = { isLeft: boolean; sums: Sums };

/** What an erasure that is done again can do to rows. */
export const changes = ["deleted", "anonymised", "unlinked", "reduced"] as const;
const isAny = (sums: Sums) => changes.some((key) => sums[key] > 0);

type Order = {
  dryRun: boolean;
  /** The row of theirs still says who they were. */
  isWhole: boolean;
  /** What else they were found by. */
  identities: ReadonlyMap<string, unknown>;
  /** What kept rows back when it began. */
  standing: StandingHolds;
  preview: () => Promise<Sums>;
  erase: (prepare: () => Promise<void>) => Promise<Sums>;
};

/** Erases somebody again whom a restore brought back, unless what is there is what the erasure itself left. */
export async function doAgain(
  ctx: Ctx,
  { dryRun, isWhole, identities, standing, preview, erase }: Order,
): Promise<Again> {
  if (dryRun || !isWhole) {
    const sums = await preview();
    // An address that was found may stand in rows that stay somebody's who lives; and an emptied row is found by its id each time.
    const isLeft = isWhole || sums.deleted > 0 || (identities.size > 0 && isAny(sums));
    if (dryRun || !isLeft) return { isLeft: isLeft && isAny(sums), sums };
  }
  const sums = await erase(async () => {
    await faultPoint("replay.prepared");
    await withTransaction(ctx, (tx) => refuseNewHold(tx, standing));
  });
  // Who they were still stands where a hold keeps their own row.
  return { isLeft: isAny(sums), sums };
}
