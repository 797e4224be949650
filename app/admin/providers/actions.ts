"use server";

import { revalidatePath } from "next/cache";
import { staffAction } from "@/lib/auth/action";
import { recordAnswer, recordAnswerInput } from "@/lib/providers/record-answer";

// The step-up is asked for by the use case, whose refusal keeps what was typed.
export const record = staffAction(recordAnswerInput, { roles: ["agent", "officer"] }, async (ctx, input) => {
  const result = await recordAnswer(ctx, input);
  revalidatePath("/admin/providers", "layout");
  return result.ok ? { ok: true } : { reason: result.reason };
});
