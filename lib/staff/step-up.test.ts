import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { makeStaff, staffCtx } from "@/test/people";
import { addInternalNote } from "../cases/add-internal-note";
import { assignCase } from "../cases/assign-case";
import { decideCase } from "../cases/decide-case";
import { reopenCase } from "../cases/reopen-case";
import { replyToCase } from "../cases/reply-to-case";
import type { Ctx } from "../context";
import { newId } from "../ids";
import { retryDeadLetter } from "../jobs/retry-dead-letter";
import { announceVersion } from "../notices/announce-version";
import { approveVersion } from "../policy/approve-version";
import { commentOnDraft } from "../policy/comment-on-draft";
import { createDraft } from "../policy/create-draft";
import { decideProposal } from "../policy/decide-proposal";
import { editDraft } from "../policy/edit-draft";
import { editHighlights } from "../policy/edit-highlights";
import { recordUpgrade } from "../policy/record-upgrade";
import { resolveComment } from "../policy/resolve-comment";
import { submitForReview } from "../policy/submit-for-review";
import { withdrawVersion } from "../policy/withdraw-version";
import { disableStaff } from "./disable-staff";

testDatabase();
const none = newId();
const at = { caseId: none, revision: 0 };
const hash = "0".repeat(64);
const markdown = "# A title";

const powers: Record<string, (ctx: Ctx) => Promise<unknown>> = {
  assign: (ctx) => assignCase(ctx, at),
  note: (ctx) => addInternalNote(ctx, { caseId: none, text: "A line" }),
  reply: (ctx) => replyToCase(ctx, { ...at, text: "A line" }),
  decide: (ctx) => decideCase(ctx, { ...at, text: "A line", decision: "completed" }),
  reopen: (ctx) => reopenCase(ctx, at),
  "run again": (ctx) => retryDeadLetter(ctx, { jobId: none }),
  draft: (ctx) => createDraft(ctx, { markdown, effectiveAt: null, highlights: [] }),
  edit: (ctx) => editDraft(ctx, { versionId: none, basedOn: hash, markdown, effectiveAt: null }),
  highlights: (ctx) => editHighlights(ctx, { versionId: none, basedOn: hash, highlights: [] }),
  comment: (ctx) => commentOnDraft(ctx, { versionId: none, clauseId: null, body: "A line" }),
  "resolve a comment": (ctx) => resolveComment(ctx, { commentId: none }),
  submit: (ctx) => submitForReview(ctx, { versionId: none }),
  approve: (ctx) => approveVersion(ctx, { versionId: none, boundTo: hash }),
  announce: (ctx) => announceVersion(ctx, { versionId: none }),
  record: (ctx) => recordUpgrade(ctx, { versionId: none }),
  "decide on a proposal": (ctx) =>
    decideProposal(ctx, { versionId: none, proposal: hash.slice(0, 32), verdict: { decision: "confirmed" } }),
  withdraw: (ctx) => withdrawVersion(ctx, { versionId: none }),
  disable: (ctx) => disableStaff(ctx, { staffId: none }),
};

it.each(Object.keys(powers))(
  "S14: %s asks for a proof no older than five minutes, before anything else",
  async (name) => {
    const officer = await makeStaff("officer");
    const proved = (minutes: number): Ctx => {
      const ctx = staffCtx(officer, "officer");
      const steppedUpAt = Temporal.Now.instant().subtract({ minutes });
      return ctx.actor.kind === "staff" ? { ...ctx, actor: { ...ctx.actor, steppedUpAt } } : ctx;
    };
    const refused = { ok: false, reason: "step-up-required" };
    expect(await powers[name]?.(proved(6))).toEqual(refused);
    expect(await powers[name]?.(proved(4))).not.toEqual(refused);
  },
);
