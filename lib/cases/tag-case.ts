import { and, count, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { caseTags } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { caseAt, changeCase } from "./change-case";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";
import { mostTags, tagWord } from "./tags";

export const tagCaseInput = z.object({
  caseId: z.uuid(),
  revision: z.coerce.number().int().min(0),
  tag: tagWord,
  /** Takes it off again. */
  off: z.boolean().default(false),
});
export type TagCaseInput = z.input<typeof tagCaseInput>;

/** Puts a tag on a case, or takes it off. Tags are the desk's; the subject never sees them. */
export async function tagCase(ctx: Ctx, input: TagCaseInput): Promise<Result<{ tag: string }>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = tagCaseInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision, tag, off } = parsed.data;

  return withPower(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    if (off) {
      const gone = await tx.db.delete(caseTags).where(and(eq(caseTags.caseId, caseId), inArray(caseTags.tag, [tag])));
      if (gone.count === 0) return fail("already-done");
    } else {
      const [has] = await tx.db.select({ tags: count() }).from(caseTags).where(eq(caseTags.caseId, caseId));
      if ((has?.tags ?? 0) >= mostTags) return fail("invalid-input");
      const made = await tx.db
        .insert(caseTags)
        .values({ caseId, tag, addedBy: worker.staffId, at: tx.now })
        .onConflictDoNothing();
      if (made.count === 0) return fail("already-done");
    }
    await changeCase(tx, caseId, {});
    await recordEvent(tx, { caseId, type: "case.tagged", detail: { tag, off }, internal: true });
    // The word stays on the case and goes with it: the log must hold no name, and nobody can say that a tag is none (S31).
    await recordAudit(tx, { action: "case.tagged", object: { type: "case", id: caseId }, payload: { off } });
    return ok({ tag });
  });
}
