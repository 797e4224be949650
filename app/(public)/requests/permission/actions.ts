"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { visitorAction } from "@/lib/auth/action";
import { withdrawPermission } from "@/lib/cases/withdraw-permission";

export const withdraw = visitorAction(z.object({ token: z.string().min(20).max(100) }), {}, async (ctx, { token }) => {
  const result = await withdrawPermission(ctx, { token });
  if (!result.ok) return { reason: result.reason };
  redirect("/requests/permission?ended=1");
});
