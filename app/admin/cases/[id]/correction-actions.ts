"use server";

import { revalidatePath } from "next/cache";
import { staffAction } from "@/lib/auth/action";
import { decideItem, decideItemInput } from "@/lib/correction/decide-item";
import { recordTold, recordToldInput } from "@/lib/correction/tell-correction";
import { settled } from "./settled";

const roles = ["agent", "officer"] as const;

// The step-up is asked for by the use case, whose refusal keeps what was typed.
export const decideValue = staffAction(decideItemInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await decideItem(ctx, input)),
);

export const toldProvider = staffAction(recordToldInput, { roles }, async (ctx, input) => {
  const told = await recordTold(ctx, input);
  if (told.ok) revalidatePath(`/admin/cases/${told.value.caseId}`);
  revalidatePath("/admin/providers");
  if (!told.ok) return { reason: told.reason };
});
