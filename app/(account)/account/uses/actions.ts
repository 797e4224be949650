"use server";

import { revalidatePath } from "next/cache";
import { type FormState, holderAction } from "@/lib/auth/action";
import type { Result } from "@/lib/errors";
import { allowUse, allowUseInput } from "@/lib/processing/allow-use";
import { objectToUse, objectToUseInput } from "@/lib/processing/object-to-use";
import { restrictUse, restrictUseInput } from "@/lib/processing/restrict-use";
import { takeBack, takeBackInput } from "@/lib/processing/take-back";

/** The page shows what holds now, after a refusal too. */
function settled(result: Result<unknown>): FormState | undefined {
  revalidatePath("/account/uses");
  return result.ok ? undefined : { reason: result.reason };
}

export const object = holderAction(objectToUseInput, {}, async (ctx, input) => settled(await objectToUse(ctx, input)));

export const restrict = holderAction(restrictUseInput, {}, async (ctx, input) =>
  settled(await restrictUse(ctx, input)),
);

export const allow = holderAction(allowUseInput, {}, async (ctx, input) => settled(await allowUse(ctx, input)));

export const end = holderAction(takeBackInput, {}, async (ctx, input) => settled(await takeBack(ctx, input)));
