"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { holderAction } from "@/lib/auth/action";
import { cancelDeletion } from "@/lib/cases/cancel-deletion";
import { deletionInput, submitDeletion } from "@/lib/cases/submit-deletion";

export const plan = holderAction(deletionInput, { stepUp: true }, async (ctx, input) => {
  const result = await submitDeletion(ctx, input);
  if (!result.ok) return { reason: result.reason };
  redirect("/account/deletion");
});

export const cancel = holderAction(z.object({ reference: z.string().max(40) }), {}, async (ctx, input) => {
  const result = await cancelDeletion(ctx, input);
  revalidatePath("/account", "layout");
  if (!result.ok) return { reason: result.reason };
  redirect(`/account/requests/${result.value.reference}`);
});
