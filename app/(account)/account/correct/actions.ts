"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import type { CorrectState } from "@/components/cases/correct-form";
import { holderAction } from "@/lib/auth/action";
import { correctionInput, proposeCorrection, reviewCorrection } from "@/lib/correction/propose-correction";
import { sideBySide, typedBack, typedForm } from "@/lib/correction/typed-form";

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
    const values = { why: input.why, ...typedBack(input.items) };
    if (intent === "edit") return { values };
    if (intent === "send") {
      const made = await proposeCorrection(ctx, { ...input, reference: input.reference ?? "" });
      if (made.ok) redirect(`/account/requests/${made.value.reference}`);
      return { reason: made.reason, values };
    }
    const reviewed = await reviewCorrection(ctx, input.items);
    if (!reviewed.ok) return { reason: reviewed.reason, values };
    return { ...sideBySide(reviewed.value), values };
  },
);
