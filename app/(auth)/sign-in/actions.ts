"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { visitorAction } from "@/lib/auth/action";
import { parseAddress } from "@/lib/auth/address";
import { askForCode } from "@/lib/auth/ask-for-code";
import { keepBrowserToken, keepDevice, keepSession, thisBrowser } from "@/lib/auth/browser";
import { codeField } from "@/lib/auth/code-field";
import { defaultNext, safeNext } from "@/lib/auth/safe-next";
import { type SignedIn, signInWithCode, signInWithLink } from "@/lib/auth/sign-in";

const address = z.string().transform((typed, issue) => {
  const parsed = parseAddress(typed);
  if (parsed) return parsed;
  issue.addIssue({ code: "custom", message: "Type one mail address, such as ada@example.org." });
  return z.NEVER;
});

const token = z.string().regex(/^[\w-]{43}$/);

export const askCode = visitorAction(
  z.object({ email: address, next: z.string().max(400).optional() }),
  {},
  async (ctx, input) => {
    const { browserToken, network } = await thisBrowser();
    const asked = await askForCode(ctx, {
      address: input.email,
      next: input.next ?? null,
      browserToken,
      network,
    });
    if (!asked.ok) return { reason: asked.reason };
    await keepBrowserToken(asked.value.browserToken);
    redirect("/sign-in/code");
  },
);

export const enterCode = visitorAction(z.object({ code: codeField }), {}, async (ctx, input) => {
  const result = await signInWithCode(ctx, { ...input, browser: await thisBrowser() });
  return result.ok ? welcome(result.value) : { reason: result.reason };
});

export const followLink = visitorAction(z.object({ token }), {}, async (ctx, input) => {
  const result = await signInWithLink(ctx, { link: input.token, browser: await thisBrowser() });
  return result.ok ? welcome(result.value) : { reason: result.reason };
});

async function welcome({ sessionToken, deviceToken, isStaff, next }: SignedIn): Promise<never> {
  await keepSession(sessionToken);
  await keepDevice(deviceToken);
  const place = safeNext(next) ?? defaultNext;
  redirect(isStaff && place === defaultNext ? "/admin" : place);
}
