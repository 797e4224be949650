"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { visitorAction } from "@/lib/auth/action";
import { keepStatus, requestNetwork } from "@/lib/auth/browser";
import { disownRequest } from "@/lib/cases/disown-request";
import { proveIdentity } from "@/lib/cases/prove-identity";

const byToken = z.object({ token: z.string().min(20).max(100) });

export const confirm = visitorAction(byToken, {}, async (ctx, { token }) => {
  const result = await proveIdentity(ctx, { token, network: await requestNetwork() });
  if (!result.ok) return { reason: result.reason };
  await keepStatus(result.value.sessionToken);
  redirect("/requests/status");
});

export const disown = visitorAction(byToken, {}, async (ctx, { token }) => {
  const result = await disownRequest(ctx, { token });
  if (!result.ok) return { reason: result.reason };
  redirect("/requests/confirm?ended=1");
});
