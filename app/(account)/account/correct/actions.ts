"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import type { CorrectState } from "@/components/cases/correct-form";
import { holderAction } from "@/lib/auth/action";
import { correctionInput, proposeCorrection, reviewCorrection } from "@/lib/correction/propose-correction";
import { typedForm } from "@/lib/correction/typed-form";

const proposeInput = typedForm.pipe(
  correctionInput.extend({
    why: z.string().default("").pipe(correctionInput.shape.why),
    intent: z.enum(["review", "edit", "send"]),
  }),
);

export const propose = holderAction<typeof proposeInput, CorrectState>(
  proposeInput,
  { stepUp: true },
  async (ctx, { intent, ...input }) => {
    const values = Object.fromEntries([
      ["why", input.why],
      ...input.items.flatMap(({ handle, value, evidence }) => [
        [`value.${handle}`, value],
        [`evidence.${handle}`, evidence],
      ]),
    ]);
    if (intent === "edit") return { values };
    if (intent === "send") {
      const made = await proposeCorrection(ctx, { ...input, reference: input.reference ?? "" });
      if (made.ok) redirect(`/account/requests/${made.value.reference}`);
      return { reason: made.reason, values };
    }
    const reviewed = await reviewCorrection(ctx, input.items);
    if (!reviewed.ok) return { reason: reviewed.reason, values };
    const { proposed, wrong } = reviewed.value;
    if (Object.keys(wrong).length > 0) return { reason: "invalid-input", fields: wrong, values };
    return {
      values,
      review: proposed.map(({ handle, cell, after, evidence }) => ({ handle, before: cell.value, after, evidence })),
    };
  },
);
