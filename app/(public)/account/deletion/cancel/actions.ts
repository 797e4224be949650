"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { visitorAction } from "@/lib/auth/action";
import { cancelDeletion } from "@/lib/cases/cancel-deletion";

/** The mail's link: no session, the token alone decides. */
export const cancelByToken = visitorAction(z.object({ token: z.string().min(20).max(100) }), {}, async (ctx, input) => {
  const result = await cancelDeletion(ctx, input);
  if (!result.ok && result.reason !== "already-done") return { reason: result.reason };
  redirect(`/account/deletion/cancel?token=${encodeURIComponent(input.token)}`);
});
