"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { holderAction, staffAction } from "@/lib/auth/action";
import { dropSession } from "@/lib/auth/browser";
import { endSession } from "@/lib/auth/end-session";
import { retryDeadLetter } from "@/lib/jobs/retry-dead-letter";

export const signOut = holderAction(z.object({}), {}, async (ctx) => {
  await endSession(ctx, { sessionId: ctx.actor.sessionId });
  await dropSession();
  redirect("/");
});

export const runAgain = staffAction(
  z.object({ jobId: z.uuid() }),
  { roles: ["agent", "officer"] },
  async (ctx, input) => {
    const result = await retryDeadLetter(ctx, input);
    revalidatePath("/admin");
    if (!result.ok) return { reason: result.reason };
  },
);
