"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { holderAction } from "@/lib/auth/action";
import { acceptIncoming, declineIncoming } from "@/lib/transfers/decide-incoming";
import { revokeTransfer } from "@/lib/transfers/revoke-transfer";
import { submitTransfer, transferInput } from "@/lib/transfers/submit-transfer";

export const send = holderAction(transferInput, { stepUp: true }, async (ctx, input) => {
  const made = await submitTransfer(ctx, input);
  if (!made.ok) return { reason: made.reason };
  redirect(`/account/transfers/${made.value.transferId}`);
});

export const revoke = holderAction(z.object({ transferId: z.uuid() }), {}, async (ctx, input) => {
  const revoked = await revokeTransfer(ctx, input);
  if (!revoked.ok) return { reason: revoked.reason };
  revalidatePath(`/account/transfers/${input.transferId}`);
});

const incoming = z.object({ incomingId: z.uuid() });

export const accept = holderAction(incoming, { stepUp: true }, async (ctx, input) => {
  const accepted = await acceptIncoming(ctx, input);
  if (!accepted.ok) return { reason: accepted.reason };
  revalidatePath(`/account/transfers/incoming/${input.incomingId}`);
});

export const decline = holderAction(incoming, {}, async (ctx, input) => {
  const declined = await declineIncoming(ctx, input);
  if (!declined.ok) return { reason: declined.reason };
  revalidatePath(`/account/transfers/incoming/${input.incomingId}`);
});
