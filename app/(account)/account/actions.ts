"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { holderAction } from "@/lib/auth/action";
import { endSession } from "@/lib/auth/end-session";

export const signOut = holderAction(z.object({}), {}, async (ctx) => {
  await endSession(ctx, { sessionId: ctx.actor.sessionId });
  redirect("/");
});
