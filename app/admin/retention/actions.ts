"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { staffAction } from "@/lib/auth/action";
import { requestPreview } from "@/lib/retention/preview-sweep";

export const dryRun = staffAction(z.object({}), { roles: ["agent", "officer"] }, async (ctx) => {
  const asked = await requestPreview(ctx);
  revalidatePath("/admin/retention");
  return asked.ok ? { ok: true } : { reason: asked.reason };
});
