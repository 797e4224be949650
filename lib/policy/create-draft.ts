import { desc, sql } from "drizzle-orm";
import type { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { policyVersions } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { draftContent, headOf } from "./draft-input";
import { storeHighlights } from "./edit-highlights";

export type CreateDraftInput = z.input<typeof draftContent>;

/**
 * Starts a draft with the next number. Agents and officers write; the text may still have problems, which
 * the desk lists, and is read by staff only until it is announced.
 */
export async function createDraft(
  ctx: Ctx,
  input: CreateDraftInput,
): Promise<Result<{ versionId: string; number: number }, "not-allowed" | "invalid-input" | "step-up-required">> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role === "auditor") return fail("not-allowed");
  const parsed = draftContent.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { markdown, effectiveAt, kind, highlights: marks } = parsed.data;
  return withPower(ctx, async (tx) => {
    // Two drafts at once get two numbers.
    await tx.db.execute(sql`select pg_advisory_xact_lock(hashtext('policy_versions.number'))`);
    const [newest] = await tx.db
      .select({ number: policyVersions.number })
      .from(policyVersions)
      .orderBy(desc(policyVersions.number))
      .limit(1);
    const number = (newest?.number ?? 0) + 1;
    const versionId = newId();
    await tx.db.insert(policyVersions).values({
      id: versionId,
      number,
      ...headOf(markdown),
      markdown,
      kind,
      sha256: sha256Hex(markdown),
      authorId: actor.staffId,
      createdAt: tx.now,
      effectiveAt,
    });
    await storeHighlights(tx, versionId, marks);
    await recordAudit(tx, {
      action: "policy-version.drafted",
      object: { type: "policy_version", id: versionId },
      payload: { number, kind, sha256: sha256Hex(markdown), highlights: marks.length },
    });
    return ok({ versionId, number });
  });
}
