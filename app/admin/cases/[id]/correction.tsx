import { AddressChange } from "@/components/cases/address-change";
import { CorrectionItems } from "@/components/desk/correction-items";
import type { StaffCtx } from "@/lib/context";
import { correctionOf } from "@/lib/correction/queries";
import { decideValue, toldProvider } from "./correction-actions";

/** What a case proposes to put right; nothing for a correction that was asked for in words. */
export async function Correction({
  ctx,
  at,
  reference,
  open,
}: {
  ctx: StaffCtx;
  at: { caseId: string; revision: number };
  reference: string;
  open: boolean;
}) {
  const view = await correctionOf(ctx, at.caseId);
  if (!view) return null;
  const writes = ctx.actor.role !== "auditor";
  return (
    <>
      {view.address ? <AddressChange address={view.address} zone="UTC" reference={reference} stop={null} /> : null}
      <CorrectionItems
        view={view}
        at={at}
        decide={writes && open ? decideValue : null}
        told={writes ? toldProvider : null}
      />
    </>
  );
}
