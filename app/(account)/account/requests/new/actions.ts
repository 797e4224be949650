"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { holderAction } from "@/lib/auth/action";
import { dataRequestInput, submitDataRequest } from "@/lib/cases/submit-data-request";
import { plainRequestInput, submitPlainRequest } from "@/lib/cases/submit-plain-request";

export const askForData = holderAction(dataRequestInput, { stepUp: true }, async (ctx, input) => {
  const result = await submitDataRequest(ctx, input);
  if (!result.ok) return { reason: result.reason };
  redirect(`/account/requests/${result.value.reference}`);
});

export const askInWords = holderAction(
  plainRequestInput.extend({ kind: z.literal("correction") }),
  {},
  async (ctx, input) => {
    const result = await submitPlainRequest(ctx, input);
    if (!result.ok) return { reason: result.reason };
    redirect(`/account/requests/${result.value.reference}`);
  },
);
