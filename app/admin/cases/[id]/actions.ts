"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { concealAccess, concealAccessInput } from "@/lib/access/conceal-access";
import { staffAction } from "@/lib/auth/action";
import { addInternalNote, addInternalNoteInput } from "@/lib/cases/add-internal-note";
import { assignCase, assignCaseInput } from "@/lib/cases/assign-case";
import { beginDeletion, beginDeletionInput } from "@/lib/cases/begin-deletion";
import { decideCase, decideCaseInput } from "@/lib/cases/decide-case";
import { extendClock, extendClockInput } from "@/lib/cases/extend-clock";
import { lookAtPackage, lookAtPackageInput } from "@/lib/cases/look-at-package";
import { mergeCases, mergeCasesInput } from "@/lib/cases/merge-cases";
import { passToCompany, passToCompanyInput } from "@/lib/cases/pass-to-company";
import { clockInput, pauseClock } from "@/lib/cases/pause-clock";
import { redactPackage, redactPackageInput } from "@/lib/cases/redact-package";
import { reopenCase, reopenCaseInput } from "@/lib/cases/reopen-case";
import { replyToCase, replyToCaseInput } from "@/lib/cases/reply-to-case";
import { resumeClock } from "@/lib/cases/resume-clock";
import { snoozeCase, snoozeCaseInput } from "@/lib/cases/snooze-case";
import { tagCase, tagCaseInput } from "@/lib/cases/tag-case";
import { takeUpAppeal, takeUpAppealInput } from "@/lib/cases/take-up-appeal";
import { visitCase, visitCaseInput } from "@/lib/cases/visit-case";
import { wakeCase, wakeCaseInput } from "@/lib/cases/wake-case";
import { settled } from "./settled";

const roles = ["agent", "officer"] as const;

export const take = staffAction(assignCaseInput.omit({ to: true }), { roles }, async (ctx, input) =>
  settled(input.caseId, await assignCase(ctx, input)),
);

const nobodyOrOne = z.union([z.literal("").transform(() => null), z.uuid()]);

export const assign = staffAction(assignCaseInput.extend({ to: nobodyOrOne }), { roles }, async (ctx, input) =>
  settled(input.caseId, await assignCase(ctx, input)),
);

const checkbox = z
  .literal("on")
  .optional()
  .transform((on) => on === "on");

export const reply = staffAction(replyToCaseInput.extend({ asksBack: checkbox }), { roles }, async (ctx, input) =>
  settled(input.caseId, await replyToCase(ctx, input)),
);

export const note = staffAction(addInternalNoteInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await addInternalNote(ctx, input)),
);

// The step-up is asked for by the use case, whose refusal keeps what was typed.
export const decide = staffAction(decideCaseInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await decideCase(ctx, input)),
);

export const reopen = staffAction(reopenCaseInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await reopenCase(ctx, input)),
);

export const beginAgain = staffAction(beginDeletionInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await beginDeletion(ctx, input)),
);

export const passOn = staffAction(passToCompanyInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await passToCompany(ctx, input)),
);

export const pause = staffAction(clockInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await pauseClock(ctx, input)),
);

export const resume = staffAction(clockInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await resumeClock(ctx, input)),
);

export const extend = staffAction(extendClockInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await extendClock(ctx, input)),
);

export const snooze = staffAction(snoozeCaseInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await snoozeCase(ctx, input)),
);

export const wake = staffAction(wakeCaseInput, { roles }, async (ctx, input) =>
  settled(input.caseId, await wakeCase(ctx, input)),
);

export const tag = staffAction(tagCaseInput.omit({ off: true }), { roles }, async (ctx, input) =>
  settled(input.caseId, await tagCase(ctx, input)),
);

export const untag = staffAction(tagCaseInput.omit({ off: true }), { roles }, async (ctx, input) =>
  settled(input.caseId, await tagCase(ctx, { ...input, off: true })),
);

export const merge = staffAction(mergeCasesInput, { roles }, async (ctx, input) => {
  const result = await mergeCases(ctx, input);
  revalidatePath(`/admin/cases/${input.otherId}`);
  return settled(input.caseId, result);
});

const ofCase = { caseId: z.uuid() };

export const look = staffAction(lookAtPackageInput.extend(ofCase), { roles }, async (ctx, { caseId, ...input }) =>
  settled(caseId, await lookAtPackage(ctx, input)),
);

const several = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

export const redact = staffAction(
  redactPackageInput.extend({ ...ofCase, parts: several }),
  { roles },
  async (ctx, { caseId, ...input }) => settled(caseId, await redactPackage(ctx, input)),
);
export const takeUp = staffAction(takeUpAppealInput, { roles: ["officer"] }, async (ctx, input) =>
  settled(input.caseId, await takeUpAppeal(ctx, input)),
);

// To look is no change, so nobody has to prove themselves anew for it.
export const visit = staffAction(visitCaseInput, { roles: [] }, async (ctx, input) =>
  settled(input.caseId, await visitCase(ctx, input)),
);

export const conceal = staffAction(concealAccessInput, { roles: ["officer"] }, async (ctx, input) => {
  const result = await concealAccess(ctx, input);
  revalidatePath("/admin/cases/[id]", "page");
  return result.ok ? undefined : { reason: result.reason };
});
