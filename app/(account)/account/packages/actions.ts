"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { holderAction } from "@/lib/auth/action";
import { requireStepUp } from "@/lib/auth/require";
import { reissuePackage } from "@/lib/exports/reissue-package";
import { stopPackage } from "@/lib/exports/stop-package";

const which = z.object({ packageId: z.uuid() });

export const stop = holderAction(which, {}, async (ctx, input) => {
  const stopped = await stopPackage(ctx, input);
  if (!stopped.ok) return { reason: stopped.reason };
  revalidatePath(`/account/packages/${input.packageId}`);
});

export const reissue = holderAction(which, { stepUp: true }, async (ctx, input) => {
  const made = await reissuePackage(ctx, input);
  if (!made.ok) return { reason: made.reason };
  redirect(`/account/packages/${made.value.packageId}`);
});

/** Before the page offers its downloads: proves who it is and comes back. */
export const confirm = holderAction(which, {}, async (ctx, input) => {
  await requireStepUp(ctx, `/account/packages/${input.packageId}`);
  revalidatePath(`/account/packages/${input.packageId}`);
});
