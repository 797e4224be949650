"use server";

import { staffAction } from "@/lib/auth/action";
import { announceLift, announceLiftInput } from "@/lib/processing/announce-lift";
import { decideRecord, decideRecordInput } from "@/lib/processing/decide-record";
import { exceptUse, exceptUseInput } from "@/lib/processing/except-use";
import { keepLimit, keepLimitInput } from "@/lib/processing/keep-limit";
import { settled } from "./settled";

const roles = ["agent", "officer"] as const;

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
