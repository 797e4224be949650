"use server";

import { staffAction } from "@/lib/auth/action";
import { nameRight, nameRightInput } from "@/lib/cases/name-right";
import { recordForPerson, recordForPersonInput } from "@/lib/processing/record-for-person";
import { settled } from "./settled";

const roles = ["agent", "officer"] as const;

// The step-up is asked for by the use case, whose refusal keeps what was typed.
export const name = staffAction(nameRightInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await nameRight(ctx, input)),
);

export const writeDown = staffAction(recordForPersonInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await recordForPerson(ctx, { ...input, basis: input.basis ?? "" })),
);
