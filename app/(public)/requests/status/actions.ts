"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { type FormState, visitorAction } from "@/lib/auth/action";
import { dropStatus, keepStatus, keptStatus, requestNetwork } from "@/lib/auth/browser";
import { confirmDeletion, confirmDeletionInput } from "@/lib/cases/confirm-deletion";
import { endStatus, openStatus } from "@/lib/cases/open-status";
import { renewProof } from "@/lib/cases/renew-proof";
import { withdrawPermission } from "@/lib/cases/withdraw-permission";
import { appealOnStatus, statusMessageInput, writeOnStatus } from "@/lib/cases/write-on-status";
import type { Result } from "@/lib/errors";

const path = "/requests/status";
const codeInput = z.object({ reference: z.string().max(40), code: z.string().max(200) });
const nothing = z.object({});

function settled(result: Result<unknown>): FormState | undefined {
  revalidatePath(path);
  return result.ok ? undefined : { reason: result.reason };
}

export const open = visitorAction(codeInput, {}, async (ctx, input) => {
  const result = await openStatus(ctx, { ...input, network: await requestNetwork() });
  if (!result.ok) return { reason: result.reason };
  await keepStatus(result.value.session);
  redirect(path);
});

export const close = visitorAction(nothing, {}, async (ctx) => {
  await endStatus(ctx, { session: (await keptStatus()) ?? "" });
  await dropStatus();
  redirect(path);
});

export const write = visitorAction(statusMessageInput, {}, async (ctx, input) =>
  settled(await writeOnStatus(ctx, { ...input, session: (await keptStatus()) ?? "" })),
);

export const appeal = visitorAction(statusMessageInput, {}, async (ctx, { message }) =>
  settled(await appealOnStatus(ctx, { message, session: (await keptStatus()) ?? "" })),
);

export const sendLink = visitorAction(nothing, {}, async (ctx) => {
  const result = await renewProof(ctx, { session: (await keptStatus()) ?? "" });
  return settled(result) ?? { ok: true };
});

export const plan = visitorAction(confirmDeletionInput, {}, async (ctx, input) =>
  settled(await confirmDeletion(ctx, { ...input, session: (await keptStatus()) ?? "" })),
);

export const takeBack = visitorAction(nothing, {}, async (ctx) =>
  settled(await withdrawPermission(ctx, { session: (await keptStatus()) ?? "" })),
);
