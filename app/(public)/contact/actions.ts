"use server";

import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { visitorAction } from "@/lib/auth/action";
import { clientNetwork } from "@/lib/auth/client-network";
import { inquiryInput, submitInquiry } from "@/lib/cases/submit-inquiry";
import { env } from "@/lib/env";

export const ask = visitorAction(inquiryInput, {}, async (ctx, input) => {
  const network = clientNetwork((await headers()).get("x-forwarded-for"), env().TRUSTED_PROXIES);
  const result = await submitInquiry(ctx, { ...input, email: input.email ?? "", network });
  if (!result.ok) return { reason: result.reason };
  redirect(`/contact?sent=${result.value.reference}`);
});
