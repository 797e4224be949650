"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import type { CorrectState } from "@/components/cases/correct-form";
import { staffAction } from "@/lib/auth/action";
import { forPersonInput, proposeForPerson, reviewForPerson } from "@/lib/correction/propose-for-person";
import { sideBySide, typedBack, typedForm } from "@/lib/correction/typed-form";

const input = typedForm.pipe(forPersonInput.extend({ intent: z.enum(["review", "edit", "send"]) }));

/** The same steps as the person has: typed, seen side by side, sent. The use case asks for a fresh proof and keeps what was typed. */
export const propose = staffAction<typeof input, CorrectState>(
  input,
  { roles: ["agent", "officer"] },
  async (ctx, { intent, ...asked }) => {
    const values = typedBack(asked.items);
    if (intent === "edit") return { values };
    if (intent === "send") {
      const made = await proposeForPerson(ctx, asked);
      if (made.ok) redirect(`/admin/cases/${asked.caseId}`);
      return { reason: made.reason, values };
    }
    const reviewed = await reviewForPerson(ctx, asked);
    if (!reviewed.ok) return { reason: reviewed.reason, values };
    return { ...sideBySide(reviewed.value), values };
  },
);
