"use server";

import { staffAction } from "@/lib/auth/action";
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
