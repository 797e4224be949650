"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { holderAction } from "@/lib/auth/action";
import { askForStepUp } from "@/lib/auth/ask-for-code";
import { keepBrowserToken, keepSession, thisBrowser } from "@/lib/auth/browser";
import { codeField } from "@/lib/auth/code-field";
import { defaultNext, safeNext, withNext } from "@/lib/auth/safe-next";
import { stepUpWithCode } from "@/lib/auth/step-up";

const next = z.string().max(400).optional();

export const askStepUp = holderAction(z.object({ next }), {}, async (ctx, input) => {
  const { browserToken } = await thisBrowser();
  const asked = await askForStepUp(ctx, { browserToken });
  if (!asked.ok) return { reason: asked.reason };
  await keepBrowserToken(asked.value.browserToken);
  redirect(withNext("/step-up", input.next));
});

export const confirmCode = holderAction(z.object({ code: codeField, next }), {}, async (ctx, input) => {
  const { browserToken, network } = await thisBrowser();
  const result = await stepUpWithCode(ctx, { code: input.code, browserToken, network });
  if (!result.ok) return { reason: result.reason };
  await keepSession(result.value.sessionToken);
  redirect(safeNext(input.next) ?? defaultNext);
});
