"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { visitorAction } from "@/lib/auth/action";
import { proveAddress, stopAddressChange } from "@/lib/correction/address-links";

const link = z.object({ token: z.string().min(20).max(100) });

/** The mails' links: no session, the token alone decides. */
export const confirmByToken = visitorAction(link, {}, async (ctx, { token }) => {
  const proved = await proveAddress(ctx, { token });
  if (!proved.ok && proved.reason !== "already-done") return { reason: proved.reason };
  redirect(`/account/address/confirm?token=${encodeURIComponent(token)}`);
});

export const stopByToken = visitorAction(link, {}, async (ctx, { token }) => {
  const stopped = await stopAddressChange(ctx, { token });
  if (!stopped.ok && stopped.reason !== "already-done") return { reason: stopped.reason };
  redirect(`/account/address/stop?token=${encodeURIComponent(token)}`);
});
