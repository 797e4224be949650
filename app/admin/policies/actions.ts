"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { type FormState, staffAction } from "@/lib/auth/action";
import type { Result } from "@/lib/errors";
import { announceVersion } from "@/lib/notices/announce-version";
import { approveVersion } from "@/lib/policy/approve-version";
import { createDraft } from "@/lib/policy/create-draft";
import { draftForm } from "@/lib/policy/draft-form";
import { editDraft } from "@/lib/policy/edit-draft";
import { submitForReview } from "@/lib/policy/submit-for-review";
import { withdrawVersion } from "@/lib/policy/withdraw-version";

const writers = ["agent", "officer"] as const;
const officers = ["officer"] as const;
const target = z.object({ versionId: z.uuid() });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** After a refusal too the pages are read anew, so that the newest state stands beside what was typed. */
function settled(result: Result<unknown>): FormState {
  revalidatePath("/admin/policies", "layout");
  return result.ok ? { ok: true } : { reason: result.reason };
}

export const create = staffAction(draftForm, { roles: writers }, async (ctx, input) => {
  const result = await createDraft(ctx, input);
  if (!result.ok) return settled(result);
  revalidatePath("/admin/policies", "layout");
  redirect(`/admin/policies/${result.value.number}`);
});

const editForm = z.intersection(z.object({ versionId: z.uuid(), basedOn: sha256 }), draftForm);

export const edit = staffAction(editForm, { roles: writers }, async (ctx, input) =>
  settled(await editDraft(ctx, input)),
);

export const submit = staffAction(target, { roles: writers }, async (ctx, input) =>
  settled(await submitForReview(ctx, input)),
);

export const approve = staffAction(target.extend({ boundTo: sha256 }), { roles: officers }, async (ctx, input) =>
  settled(await approveVersion(ctx, input)),
);

export const announce = staffAction(target, { roles: officers }, async (ctx, input) => {
  const result = await announceVersion(ctx, input);
  if (!result.ok) return settled(result);
  revalidatePath("/", "layout");
  redirect(`/admin/notices/${result.value.noticeId}`);
});

export const withdraw = staffAction(target, { roles: officers }, async (ctx, input) =>
  settled(await withdrawVersion(ctx, input)),
);
