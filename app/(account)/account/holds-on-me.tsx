import { HoldNotes } from "@/components/cases/hold-notes";
import type { HolderCtx } from "@/lib/context";
import { collectionLabel } from "@/lib/data-map/collection-label";
import { myHolds } from "@/lib/holds/queries";

/** The legal holds on what is the signed-in person's, as far as they may know of them; nothing when there are none. */
export async function HoldsOnMe({ ctx, zone }: { ctx: HolderCtx; zone: string }) {
  const holds = await myHolds(ctx);
  return (
    <div className="my-6 empty:hidden">
      <HoldNotes holds={holds} labelOf={collectionLabel} zone={zone} />
    </div>
  );
}
