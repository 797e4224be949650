"use server";

import { revalidatePath } from "next/cache";
import { staffAction } from "@/lib/auth/action";
import { openOriginals, openOriginalsInput } from "@/lib/cases/open-originals";

export const readOriginals = staffAction(openOriginalsInput, { roles: ["officer"] }, async (ctx, input) => {
  const result = await openOriginals(ctx, input);
  revalidatePath(`/admin/cases/${input.caseId}/originals`);
  return result.ok ? undefined : { reason: result.reason };
});
