"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { holderAction } from "@/lib/auth/action";
import { dropSession } from "@/lib/auth/browser";
import { endOtherSessions, endSession } from "@/lib/auth/end-session";

export const endOne = holderAction(z.object({ sessionId: z.uuid() }), {}, async (ctx, input) => {
  const ended = await endSession(ctx, input);
  if (!ended.ok) return { reason: ended.reason };
  if (input.sessionId === ctx.actor.sessionId) {
    await dropSession();
    redirect("/sign-out");
  }
  revalidatePath("/account/sessions");
});

export const endOthers = holderAction(z.object({}), {}, async (ctx) => {
  await endOtherSessions(ctx);
  revalidatePath("/account/sessions");
});
