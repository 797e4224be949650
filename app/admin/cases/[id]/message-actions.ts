"use server";

import { revalidatePath } from "next/cache";
import { staffAction } from "@/lib/auth/action";
import { openOriginals, openOriginalsInput } from "@/lib/cases/open-originals";
import { redactMessage, redactMessageInput } from "@/lib/cases/redact-message";
import { withdrawMessage, withdrawMessageInput } from "@/lib/cases/withdraw-message";
import { settled } from "./settled";

const roles = ["agent", "officer"] as const;

export const leaveOut = staffAction(redactMessageInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await redactMessage(ctx, input)),
);

export const withdraw = staffAction(withdrawMessageInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await withdrawMessage(ctx, input)),
);

export const readOriginals = staffAction(openOriginalsInput, { roles: ["officer"] }, async (ctx, input) => {
  const result = await openOriginals(ctx, input);
  revalidatePath(`/admin/cases/${input.caseId}/originals`);
  return result.ok ? undefined : { reason: result.reason };
});
