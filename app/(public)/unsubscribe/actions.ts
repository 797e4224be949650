"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { visitorAction } from "@/lib/auth/action";
import { readSubscriptionToken } from "@/lib/mail/subscription-token";
import { unsubscribe } from "@/lib/mail/unsubscribe";
import { endSubscription } from "@/lib/notices/end-subscription";

export const endMails = visitorAction(z.object({ token: z.string().max(200) }), {}, async (ctx, input) => {
  const end = readSubscriptionToken(input.token) ? endSubscription : unsubscribe;
  const result = await end(ctx, input);
  if (!result.ok) return { reason: result.reason };
  redirect(`/unsubscribe?${new URLSearchParams({ token: input.token, done: "1" })}`);
});
