"use server";

import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { z } from "zod";
import { visitorAction } from "@/lib/auth/action";
import { clientNetwork } from "@/lib/auth/client-network";
import { env } from "@/lib/env";
import { confirmSubscription } from "@/lib/notices/confirm-subscription";
import { subscribe, subscribeInput } from "@/lib/notices/subscribe";

export const ask = visitorAction(subscribeInput, {}, async (ctx, input) => {
  const network = clientNetwork((await headers()).get("x-forwarded-for"), env().TRUSTED_PROXIES);
  const result = await subscribe(ctx, { email: input.email ?? "", network });
  if (!result.ok) return { reason: result.reason };
  redirect("/privacy/subscribe?sent=1");
});

export const confirm = visitorAction(z.object({ token: z.string().max(200) }), {}, async (ctx, input) => {
  const result = await confirmSubscription(ctx, input);
  if (!result.ok) return { reason: result.reason };
  redirect(`/privacy/subscribe/confirm?${new URLSearchParams({ token: input.token })}`);
});
