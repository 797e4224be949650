"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { staffAction } from "@/lib/auth/action";
import { disableStaff } from "@/lib/staff/disable-staff";

export const disable = staffAction(z.object({ staffId: z.uuid() }), { roles: ["officer"] }, async (ctx, input) => {
  const result = await disableStaff(ctx, input);
  if (!result.ok) return { reason: result.reason };
  revalidatePath("/admin/staff");
});
