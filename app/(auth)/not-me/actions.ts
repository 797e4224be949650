"use server";

import { z } from "zod";
import { visitorAction } from "@/lib/auth/action";
import { requestNetwork } from "@/lib/auth/browser";
import { disownAlert } from "@/lib/auth/disown-alert";
import { consume } from "@/lib/auth/rate-limit";

const schema = z.object({ token: z.string().regex(/^[\w-]{43}$/) });

export const stopEverything = visitorAction(schema, {}, async (ctx, input) => {
  const counted = await consume("code.network", await requestNetwork());
  if (!counted.ok) return { reason: counted.reason };
  const stopped = await disownAlert(ctx, input);
  return stopped.ok ? { ok: true } : { reason: stopped.reason };
});
