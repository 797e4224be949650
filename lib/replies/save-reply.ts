import { and, eq, isNull, ne } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { savedReplies } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { policyClauses } from "./clauses";
import { replyFields } from "./reply-input";

export const saveReplyInput = replyFields.extend({
  /** Left out for a new one. */
  replyId: z.uuid().optional(),
  revision: z.coerce.number().int().min(0).default(0),
});

/**
 * Writes a reply for many, or changes one: agents their own, officers everybody's. The clauses that it rests on are kept as
 * they read now, so saving is also how somebody says that they checked it.
 */
export async function saveReply(ctx: Ctx, input: z.input<typeof saveReplyInput>): Promise<Result<{ replyId: string }>> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role === "auditor") return fail("not-allowed");
  const parsed = saveReplyInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { replyId, revision, title, body, clauses } = parsed.data;

  return withPower(ctx, async (tx) => {
    const policy = await policyClauses(tx);
    const rests = clauses.map((id) => policy.inForce.find((clause) => clause.id === id));
    if (rests.some((clause) => clause === undefined)) return fail("invalid-input");
    const values = {
      ...{ title, body, checkedAgainst: policy.number, editedBy: actor.staffId, editedAt: tx.now },
      clauses: rests.flatMap((clause) => (clause ? [{ id: clause.id, sha256: clause.sha256 }] : [])),
    };
    const id = replyId ?? newId();
    const [taken] = await tx.db
      .select({ id: savedReplies.id })
      .from(savedReplies)
      .where(and(eq(savedReplies.title, title), isNull(savedReplies.retiredAt), ne(savedReplies.id, id)));
    if (taken) return fail("name-taken");
    if (replyId) {
      const [row] = await tx.db.select().from(savedReplies).where(eq(savedReplies.id, replyId));
      if (!row || row.retiredAt) return fail("not-found");
      if (actor.role !== "officer" && row.writtenBy !== actor.staffId) return fail("not-allowed");
      const changed = await tx.db
        .update(savedReplies)
        .set({ ...values, revision: revision + 1 })
        .where(and(eq(savedReplies.id, replyId), eq(savedReplies.revision, revision)));
      if (changed.count === 0) return fail("conflict");
    } else await tx.db.insert(savedReplies).values({ id, ...values, writtenBy: actor.staffId, createdAt: tx.now });
    await recordAudit(tx, {
      action: replyId ? "reply.edited" : "reply.saved",
      object: { type: "saved-reply", id },
      payload: { characters: body.length, clauses, checkedAgainst: policy.number },
    });
    return ok({ replyId: id });
  });
}
