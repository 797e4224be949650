"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { holderAction } from "@/lib/auth/action";
import { stopAddressChange } from "@/lib/correction/address-links";
import { addressChangeInput, requestAddressChange } from "@/lib/correction/request-address-change";

export const askForAddress = holderAction(addressChangeInput, { stepUp: true }, async (ctx, input) => {
  const made = await requestAddressChange(ctx, input);
  if (!made.ok) return { reason: made.reason };
  redirect(`/account/requests/${made.value.reference}`);
});

export const stopAddress = holderAction(z.object({ reference: z.string().max(40) }), {}, async (ctx, input) => {
  const stopped = await stopAddressChange(ctx, input);
  revalidatePath("/account", "layout");
  if (!stopped.ok) return { reason: stopped.reason };
  redirect(`/account/requests/${stopped.value.reference}`);
});
