"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { staffAction } from "@/lib/auth/action";
import { openLooseMail, openLooseMailInput } from "@/lib/cases/open-loose-mail";

export const open = staffAction(openLooseMailInput, { roles: ["agent", "officer"] }, async (ctx, input) => {
  const result = await openLooseMail(ctx, input);
  revalidatePath("/admin/mail");
  if (!result.ok) return { reason: result.reason };
  redirect(`/admin/cases/${result.value.caseId}`);
});
