"use server";

import { revalidatePath } from "next/cache";
import { holderAction } from "@/lib/auth/action";
import { addSubjectMessage, addSubjectMessageInput } from "@/lib/cases/add-subject-message";
import { appealCase, appealCaseInput } from "@/lib/cases/appeal-case";

export const write = holderAction(addSubjectMessageInput, {}, async (ctx, input) => {
  const result = await addSubjectMessage(ctx, input);
  revalidatePath(`/account/requests/${input.reference}`);
  if (!result.ok) return { reason: result.reason };
});

export const appeal = holderAction(appealCaseInput, {}, async (ctx, input) => {
  const result = await appealCase(ctx, input);
  revalidatePath(`/account/requests/${input.reference}`);
  if (!result.ok) return { reason: result.reason };
});
