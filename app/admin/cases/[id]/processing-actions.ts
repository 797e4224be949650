"use server";

import { revalidatePath } from "next/cache";
import { type FormState, staffAction } from "@/lib/auth/action";
import type { Result } from "@/lib/errors";
import { announceLift, announceLiftInput } from "@/lib/processing/announce-lift";
import { decideRecord, decideRecordInput } from "@/lib/processing/decide-record";
import { exceptUse, exceptUseInput } from "@/lib/processing/except-use";
import { keepLimit, keepLimitInput } from "@/lib/processing/keep-limit";

const roles = ["agent", "officer"] as const;

function settled(caseId: string, result: Result<unknown>): FormState | undefined {
  revalidatePath("/admin");
  revalidatePath(`/admin/cases/${caseId}`);
  return result.ok ? undefined : { reason: result.reason };
}

// The step-up is asked for by the use case, whose refusal keeps what was typed.
export const weigh = staffAction(decideRecordInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await decideRecord(ctx, input)),
);

export const announce = staffAction(announceLiftInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await announceLift(ctx, input)),
);

export const keep = staffAction(keepLimitInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await keepLimit(ctx, input)),
);

export const except = staffAction(exceptUseInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await exceptUse(ctx, input)),
);
