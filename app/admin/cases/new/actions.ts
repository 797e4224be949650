"use server";

import { redirect } from "next/navigation";
import { staffAction } from "@/lib/auth/action";
import { takeRequest, takeRequestInput } from "@/lib/cases/take-request";

export const record = staffAction(takeRequestInput, { roles: ["agent", "officer"] }, async (ctx, input) => {
  const result = await takeRequest(ctx, { ...input, email: input.email ?? "", basis: input.basis ?? "" });
  if (!result.ok) return { reason: result.reason };
  redirect(`/admin/cases/${result.value.caseId}`);
});
