"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import type { DraftWork } from "@/components/desk/draft-work";
import { type FormState, staffAction } from "@/lib/auth/action";
import type { Result } from "@/lib/errors";
import { announceVersion } from "@/lib/notices/announce-version";
import { approveVersion } from "@/lib/policy/approve-version";
import { commentOnDraft } from "@/lib/policy/comment-on-draft";
import { createDraft } from "@/lib/policy/create-draft";
import { decideProposal } from "@/lib/policy/decide-proposal";
import { dayOf, highlightsForm, textForm } from "@/lib/policy/draft-form";
import { emptyPolicy } from "@/lib/policy/draft-input";
import { editDraft } from "@/lib/policy/edit-draft";
import { editHighlights } from "@/lib/policy/edit-highlights";
import { lookAtDraft } from "@/lib/policy/look-at-draft";
import { version } from "@/lib/policy/queries";
import { readPolicyFile } from "@/lib/policy/read-file";
import { recordUpgrade } from "@/lib/policy/record-upgrade";
import { resolveComment } from "@/lib/policy/resolve-comment";
import { submitForReview } from "@/lib/policy/submit-for-review";
import { withdrawVersion } from "@/lib/policy/withdraw-version";

const writers = ["agent", "officer"] as const;
const officers = ["officer"] as const;
const target = z.object({ versionId: z.uuid() });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** A file field without a file comes as an empty one. */
const file = z.instanceof(File).transform((one) => (one.size === 0 ? null : one));

/** After a refusal too the pages are read anew, so that the newest state stands beside what was typed. */
function settled(result: Result<unknown>): FormState {
  revalidatePath("/admin/policies", "layout");
  return result.ok ? { ok: true } : { reason: result.reason };
}

/** The text in an uploaded file, or what is wrong with it, line by line, at the field it came by. */
async function textOf(uploaded: File): Promise<{ markdown: string } | { refusal: FormState }> {
  const read = readPolicyFile(new Uint8Array(await uploaded.arrayBuffer()));
  if (read.ok) return { markdown: read.markdown };
  const lines = read.problems.map(({ line, message }) => `Line ${line}: ${message}`);
  return { refusal: { reason: "invalid-input", fields: { file: lines.join(" ") } } };
}

const startForm = z.object({
  /** The number of the version to begin from; empty: from nothing. */
  from: z.string().regex(/^\d{0,6}$/),
  file: file.nullish(),
  kind: z.enum(["change", "technical"]).default("change"),
});

export const create = staffAction(startForm, { roles: writers }, async (ctx, input) => {
  const base = input.from === "" ? null : await version(ctx, Number(input.from));
  let markdown = base?.markdown ?? emptyPolicy;
  if (input.file) {
    const read = await textOf(input.file);
    if ("refusal" in read) return read.refusal;
    markdown = read.markdown;
  }
  const result = await createDraft(ctx, { markdown, kind: input.kind });
  if (!result.ok) return settled(result);
  revalidatePath("/admin/policies", "layout");
  redirect(`/admin/policies/${result.value.number}`);
});

const editForm = z.intersection(
  target.extend({ basedOn: sha256, intent: z.enum(["save", "text", "changes"]).default("save") }),
  textForm,
);

/** Saves the text and its day, or looks at them unsaved; called by the button and, with scripts, while typing. */
export const edit = staffAction<typeof editForm, DraftWork>(
  editForm,
  { roles: writers, stay: true },
  async (ctx, { intent, ...input }) => {
    const effectiveOn = input.effectiveAt ? dayOf(Temporal.Instant.from(input.effectiveAt)) : "";
    if (intent !== "save") {
      const look = await lookAtDraft(ctx, input.versionId, input.markdown);
      return look ? { look, show: intent, values: { markdown: input.markdown, effectiveOn } } : { reason: "not-found" };
    }
    const result = await editDraft(ctx, input);
    if (result.ok) {
      revalidatePath("/admin/policies", "layout");
      return { ok: true, saved: { at: result.value.at.toString(), base: result.value.base } };
    }
    if (!("stored" in result)) return { reason: result.reason };
    const { markdown, effectiveAt, base } = result.stored;
    return { reason: "conflict", stored: { markdown, base, effectiveOn: effectiveAt ? dayOf(effectiveAt) : "" } };
  },
);

const importForm = target.extend({ basedOn: sha256, effectiveAt: z.string(), file });

export const importFile = staffAction(importForm, { roles: writers }, async (ctx, input) => {
  if (!input.file) return { reason: "invalid-input", fields: { file: "Choose a file first." } };
  const read = await textOf(input.file);
  if ("refusal" in read) return read.refusal;
  const result = await editDraft(ctx, { ...input, markdown: read.markdown });
  if (!result.ok) return settled(result);
  revalidatePath("/admin/policies", "layout");
  // Another address for another text, so that an editor that is open begins from it.
  redirect(`/admin/policies/${result.value.number}?imported=${result.value.base.slice(0, 12)}#edit`);
});

const marksForm = z.intersection(target.extend({ basedOn: sha256 }), highlightsForm);

export const saveHighlights = staffAction(marksForm, { roles: writers }, async (ctx, input) =>
  settled(await editHighlights(ctx, input)),
);

const decideForm = z.intersection(
  target.extend({
    proposal: z.string(),
    decision: z.enum(["confirmed", "edited", "dismissed"]),
    reason: z.string().default(""),
  }),
  z.record(z.string(), z.unknown()),
);

export const decide = staffAction(decideForm, { roles: writers }, async (ctx, input) => {
  const { versionId, proposal, decision, reason } = input;
  if (decision === "confirmed")
    return settled(await decideProposal(ctx, { versionId, proposal, verdict: { decision } }));
  if (decision === "dismissed")
    return settled(await decideProposal(ctx, { versionId, proposal, verdict: { decision, reason } }));
  // The same fields as a row of the highlights' form; the clause stays the proposal's.
  const fields = ["kind", "severity", "sentence", "oldText", "newText", "categories"];
  const row = Object.fromEntries(fields.map((name) => [`highlights.0.${name}`, input[name]]));
  const [highlight] = highlightsForm.safeParse({ ...row, "highlights.0.clauseId": "same" }).data?.highlights ?? [];
  if (!highlight) return { reason: "invalid-input" };
  return settled(await decideProposal(ctx, { versionId, proposal, verdict: { decision, highlight } }));
});

export const comment = staffAction(
  target.extend({ clauseId: z.string(), body: z.string() }),
  { roles: writers },
  async (ctx, input) => settled(await commentOnDraft(ctx, input)),
);

export const resolve = staffAction(z.object({ commentId: z.uuid() }), { roles: writers }, async (ctx, input) =>
  settled(await resolveComment(ctx, input)),
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

/** A technical upgrade, in the place of announcing: it holds at once and nobody is told. */
export const record = staffAction(target, { roles: officers }, async (ctx, input) => {
  const result = await recordUpgrade(ctx, input);
  if (result.ok) revalidatePath("/", "layout");
  return settled(result);
});

export const withdraw = staffAction(
  target.extend({ reason: z.string().default("") }),
  { roles: officers },
  async (ctx, input) => settled(await withdrawVersion(ctx, input)),
);
