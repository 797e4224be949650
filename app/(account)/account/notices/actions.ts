"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { holderAction } from "@/lib/auth/action";
import { optionalKinds } from "@/lib/mail/optional-kinds";
import { setPreferences } from "@/lib/mail/set-preferences";

const kind = z.enum(optionalKinds);
// No box ticked sends no field, one sends a text, several a list.
const wanted = z.union([kind.transform((one) => [one]), z.array(kind)]).default([]);

export const savePreferences = holderAction(z.object({ wanted }), {}, async (ctx, input) => {
  const result = await setPreferences(ctx, input);
  if (!result.ok) return { reason: result.reason };
  revalidatePath("/account/notices");
  return { ok: true };
});
