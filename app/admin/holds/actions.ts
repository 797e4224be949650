"use server";

import { revalidatePath } from "next/cache";
import { type FormState, staffAction } from "@/lib/auth/action";
import type { Result } from "@/lib/errors";
import { concealHold } from "@/lib/holds/conceal-hold";
import { keepHold } from "@/lib/holds/keep-hold";
import { releaseHold } from "@/lib/holds/release-hold";
import { holdInput, requestHold } from "@/lib/holds/request-hold";
import { requestRelease } from "@/lib/holds/request-release";
import { setHold } from "@/lib/holds/set-hold";
import { holdReason, holdTarget } from "@/lib/holds/with-hold";
import { withdrawHold } from "@/lib/holds/withdraw-hold";

const officers = { roles: ["officer"] } as const;
const withReason = holdTarget.extend({ reason: holdReason });

function settled(result: Result<unknown>): FormState {
  revalidatePath("/admin/holds");
  return result.ok ? { ok: true } : { reason: result.reason };
}

export const request = staffAction(holdInput, officers, async (ctx, input) => settled(await requestHold(ctx, input)));

export const confirm = staffAction(holdTarget, officers, async (ctx, input) => settled(await setHold(ctx, input)));

export const withdraw = staffAction(holdTarget, officers, async (ctx, input) =>
  settled(await withdrawHold(ctx, input)),
);

export const askRelease = staffAction(withReason, officers, async (ctx, input) =>
  settled(await requestRelease(ctx, input)),
);

export const release = staffAction(holdTarget, officers, async (ctx, input) => settled(await releaseHold(ctx, input)));

export const keep = staffAction(holdTarget, officers, async (ctx, input) => settled(await keepHold(ctx, input)));

export const conceal = staffAction(withReason, officers, async (ctx, input) => settled(await concealHold(ctx, input)));
