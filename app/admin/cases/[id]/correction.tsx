import { AddressChange } from "@/components/cases/address-change";
import { CorrectionItems } from "@/components/desk/correction-items";
import type { StaffCtx } from "@/lib/context";
import type { CorrectionView } from "@/lib/correction/queries";
import { decideValue, toldProvider } from "./correction-actions";

/** What a case proposes to put right. */
export function Correction({
  ctx,
  view,
  at,
  reference,
  open,
}: {
  ctx: StaffCtx;
  view: CorrectionView;
  at: { caseId: string; revision: number };
  reference: string;
  open: boolean;
}) {
  const writes = ctx.actor.role !== "auditor";
  return (
    <>
      {view.address ? <AddressChange address={view.address} zone="UTC" reference={reference} stop={null} /> : null}
      <CorrectionItems
        view={view}
        at={at}
        decide={writes && open ? decideValue : null}
        told={writes ? toldProvider : null}
        me={ctx.actor.staffId}
      />
    </>
  );
}
