"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { staffAction } from "@/lib/auth/action";
import { retireReply, retireReplyInput } from "@/lib/replies/retire-reply";
import { saveReply, saveReplyInput } from "@/lib/replies/save-reply";

const roles = ["agent", "officer"] as const;

export const save = staffAction(saveReplyInput, { roles }, async (ctx, input) => {
  const result = await saveReply(ctx, input);
  revalidatePath("/admin/replies");
  if (!result.ok) return { reason: result.reason };
  redirect(`/admin/replies#${result.value.replyId}`);
});

export const retire = staffAction(retireReplyInput, { roles }, async (ctx, input) => {
  const result = await retireReply(ctx, input);
  revalidatePath("/admin/replies");
  if (!result.ok) return { reason: result.reason };
  redirect("/admin/replies");
});
