"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { visitorAction } from "@/lib/auth/action";
import { unsubscribe } from "@/lib/mail/unsubscribe";

export const endMails = visitorAction(z.object({ token: z.string().max(200) }), {}, async (ctx, input) => {
  const result = await unsubscribe(ctx, input);
  if (!result.ok) return { reason: result.reason };
  redirect(`/unsubscribe?${new URLSearchParams({ token: input.token, done: "1" })}`);
});
