import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { highlights } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { contentOf, type HighlightContent, highlightsBase, highlightsIn } from "./approval";
import { backToDraft, lockOwnDraft } from "./drafts";
import { highlightsInput } from "./highlight-input";

const schema = z.object({
  versionId: z.uuid(),
  highlights: highlightsInput,
  /** The highlights that the editor began from (`Draft.highlightsBase`). */
  basedOn: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Changes the highlights of a draft, all at once; who and when as for its text (`editDraft`). */
export async function editHighlights(
  ctx: Ctx,
  input: z.input<typeof schema>,
): Promise<
  Result<
    { base: string },
    "not-allowed" | "invalid-input" | "step-up-required" | "not-found" | "not-author" | "conflict"
  >
> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role === "auditor") return fail("not-allowed");
  const parsed = schema.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { versionId, basedOn, highlights: marks } = parsed.data;
  return withPower(ctx, async (tx) => {
    const own = await lockOwnDraft(tx, versionId);
    if (!own.ok) return own;
    const [stored, base] = [highlightsBase(await highlightsIn(tx, versionId)), highlightsBase(marks)];
    if (base === stored) return ok({ base });
    if (stored !== basedOn) return fail("conflict");
    const voided = await backToDraft(tx, versionId);
    await storeHighlights(tx, versionId, marks);
    await recordAudit(tx, {
      action: "policy-version.highlights-edited",
      object: { type: "policy_version", id: versionId },
      payload: { number: own.value.number, highlights: marks.length, base, approvalsVoided: voided },
    });
    return ok({ base });
  });
}

/** Puts these in the place of those that a version has. */
export async function storeHighlights(tx: Tx, versionId: string, marks: readonly HighlightContent[]): Promise<void> {
  await tx.db.delete(highlights).where(eq(highlights.versionId, versionId));
  if (marks.length === 0) return;
  await tx.db
    .insert(highlights)
    .values(marks.map((mark, position) => ({ id: newId(), versionId, position, ...contentOf(mark) })));
}
