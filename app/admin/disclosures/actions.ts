"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { type FormState, staffAction } from "@/lib/auth/action";
import { picked } from "@/lib/auth/picked";
import { extendInput, extendSeal } from "@/lib/disclosures/extend-seal";
import { disclosureInput, recordDisclosure } from "@/lib/disclosures/record-disclosure";
import { releaseDisclosure, releaseInput } from "@/lib/disclosures/release-disclosure";
import { disclosureTarget } from "@/lib/disclosures/with-disclosure";
import { withdrawDisclosure } from "@/lib/disclosures/withdraw-disclosure";
import type { Result } from "@/lib/errors";

const officers = { roles: ["officer"] } as const;

function settled(result: Result<unknown>): FormState {
  revalidatePath("/admin/disclosures");
  return result.ok ? { ok: true } : { reason: result.reason };
}

export const record = staffAction(
  z.preprocess(picked("asked", "given"), disclosureInput),
  officers,
  async (ctx, input) => settled(await recordDisclosure(ctx, input)),
);

export const release = staffAction(releaseInput, officers, async (ctx, input) =>
  settled(await releaseDisclosure(ctx, input)),
);

export const withdraw = staffAction(disclosureTarget, officers, async (ctx, input) =>
  settled(await withdrawDisclosure(ctx, input)),
);

export const extend = staffAction(extendInput, officers, async (ctx, input) => settled(await extendSeal(ctx, input)));
