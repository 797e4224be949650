import { HoldNotes } from "@/components/cases/hold-notes";
import type { HolderCtx } from "@/lib/context";
import { dataMap } from "@/lib/data-map/load";
import { myHolds } from "@/lib/holds/queries";

/** The legal holds on what is the signed-in person's, as far as they may know of them; nothing when there are none. */
export async function HoldsOnMe({ ctx, zone }: { ctx: HolderCtx; zone: string }) {
  const holds = await myHolds(ctx);
  const labelOf = (system: string, collection: string) =>
    dataMap()
      .systems.find(({ name }) => name === system)
      ?.collections.find(({ name }) => name === collection)?.label ?? collection;
  return (
    <div className="my-6 empty:hidden">
      <HoldNotes holds={holds} labelOf={labelOf} zone={zone} />
    </div>
  );
}
