"use server";

import { redirect } from "next/navigation";
import { visitorAction } from "@/lib/auth/action";
import { requestNetwork } from "@/lib/auth/browser";
import { agentRequestInput, requestInput, submitRequest } from "@/lib/cases/submit-request";

export const ask = visitorAction(requestInput, {}, async (ctx, input) => {
  const result = await submitRequest(ctx, {
    ...{ ...input, email: input.email ?? "", basis: input.basis ?? "" },
    network: await requestNetwork(),
  });
  if (!result.ok) return { reason: result.reason };
  redirect(`/requests/new?sent=${result.value.reference}`);
});

export const askForOther = visitorAction(agentRequestInput, {}, async (ctx, input) => {
  const { email, subjectEmail } = input;
  const addresses = { email: email ?? "", subjectEmail: subjectEmail ?? "", basis: input.basis ?? "" } as const;
  const result = await submitRequest(ctx, { ...input, ...addresses, network: await requestNetwork() });
  if (!result.ok) return { reason: result.reason };
  redirect(`/requests/new?for=other&sent=${result.value.reference}`);
});
