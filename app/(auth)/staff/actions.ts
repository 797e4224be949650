"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { visitorAction } from "@/lib/auth/action";
import { dropInvitation, keepInvitation, keepSession, keptInvitation } from "@/lib/auth/browser";
import { signedIn } from "@/lib/auth/current-session";
import { beginEnrolment, finishEnrolment } from "@/lib/auth/enrol-passkey";
import { credentialSchema } from "@/lib/auth/passkey";
import { safeNext } from "@/lib/auth/safe-next";
import { beginVerification, finishVerification } from "@/lib/auth/verify-passkey";

/** What `navigator.credentials` gave, as the browser sends it. */
const response = z
  .string()
  .max(60_000)
  .transform((text, issue) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      issue.addIssue({ code: "custom", message: "This is no answer of a passkey." });
      return z.NEVER;
    }
  })
  .pipe(credentialSchema);
const next = z.string().max(400).optional();
const nothing = z.object({});

/** Keeps the invitation of the link in a cookie, so that it leaves the address bar. */
export const acceptInvitation = visitorAction(
  z.object({ token: z.string().regex(/^[\w-]{43}$/) }),
  {},
  async (_ctx, input) => {
    await keepInvitation(input.token);
    redirect("/staff/enrol");
  },
);

export const beginEnrol = visitorAction(nothing, {}, async (ctx) => {
  const who = signedIn(ctx);
  if (!who) return { reason: "sign-in-required" };
  const begun = await beginEnrolment(who, { invitation: await keptInvitation() });
  return begun.ok ? { ok: true, values: { options: JSON.stringify(begun.value) } } : { reason: begun.reason };
});

export const finishEnrol = visitorAction(z.object({ response, next }), {}, async (ctx, input) => {
  const who = signedIn(ctx);
  if (!who) return { reason: "sign-in-required" };
  const ended = await finishEnrolment(who, { invitation: await keptInvitation(), credential: input.response });
  if (!ended.ok) return { reason: ended.reason };
  await dropInvitation();
  await keepSession(ended.value.sessionToken);
  redirect(safeNext(input.next) ?? "/admin");
});

export const beginVerify = visitorAction(nothing, {}, async (ctx) => {
  const who = signedIn(ctx);
  if (!who) return { reason: "sign-in-required" };
  const begun = await beginVerification(who);
  return begun.ok ? { ok: true, values: { options: JSON.stringify(begun.value) } } : { reason: begun.reason };
});

export const finishVerify = visitorAction(z.object({ response, next }), {}, async (ctx, input) => {
  const who = signedIn(ctx);
  if (!who) return { reason: "sign-in-required" };
  const ended = await finishVerification(who, { credential: input.response });
  if (!ended.ok) return { reason: ended.reason };
  await keepSession(ended.value.sessionToken);
  redirect(safeNext(input.next) ?? "/admin");
});
