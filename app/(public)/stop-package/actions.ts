"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { visitorAction } from "@/lib/auth/action";
import { stopPackage } from "@/lib/exports/stop-package";

export const stopByToken = visitorAction(z.object({ token: z.string().min(20).max(200) }), {}, async (ctx, input) => {
  const stopped = await stopPackage(ctx, input);
  if (!stopped.ok) return { reason: stopped.reason };
  revalidatePath("/stop-package");
});
