"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { staffAction } from "@/lib/auth/action";
import { removePasskey } from "@/lib/auth/remove-passkey";

/** One's own, so every role may. */
export const remove = staffAction(
  z.object({ credentialId: z.string().min(1).max(2000) }),
  { roles: [] },
  async (ctx, input) => {
    const removed = await removePasskey(ctx, input);
    if (!removed.ok) return { reason: removed.reason };
    revalidatePath("/staff/passkeys");
  },
);
