import { and, eq, isNull, or } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { sealWithMaster } from "../crypto/seal";
import { noticeRecipients, noticeSecondWays, notices, policyVersions } from "../db/schema";
import { fail, ok, type Result } from "../errors";

const input = z.object({ recipientId: z.uuid(), how: z.string().trim().min(10).max(1000) });

type Reasons = "not-allowed" | "step-up-required" | "invalid-input" | "not-found" | "already-done";

/**
 * Staff told somebody in another way, such as by letter or on the phone, and say how: their notice period begins now. What
 * they write is sealed, since it may name somebody. The gate takes it up within a minute.
 */
export async function recordSecondWay(ctx: Ctx, raw: z.input<typeof input>): Promise<Result<null, Reasons>> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role === "auditor") return fail("not-allowed");
  const parsed = input.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { recipientId, how } = parsed.data;
  return withPower(ctx, async (tx) => {
    const [found] = await tx.db
      .select({ way: noticeSecondWays, noticeId: noticeRecipients.noticeId })
      .from(noticeSecondWays)
      .innerJoin(noticeRecipients, eq(noticeRecipients.id, noticeSecondWays.recipientId))
      .innerJoin(notices, eq(notices.id, noticeRecipients.noticeId))
      .innerJoin(policyVersions, eq(policyVersions.id, notices.versionId))
      .where(
        and(
          eq(noticeSecondWays.recipientId, recipientId),
          eq(noticeSecondWays.way, "staff"),
          // Nobody is told of a version any more that was withdrawn.
          or(eq(notices.kind, "withdrawal"), isNull(policyVersions.withdrawnAt)),
        ),
      );
    if (!found) return fail("not-found");
    const { id } = found.way;
    const told = await tx.db
      .update(noticeSecondWays)
      .set({
        toldAt: tx.now,
        staffId: actor.staffId,
        note: sealWithMaster({ table: "notice_second_ways", column: "note", row: id }, how),
      })
      .where(and(eq(noticeSecondWays.id, id), isNull(noticeSecondWays.toldAt)));
    if (told.count === 0) return fail("already-done");
    await recordAudit(tx, {
      action: "notice.told-by-staff",
      object: { type: "notice", id: found.noticeId },
      payload: { recipient: recipientId, characters: how.length },
    });
    return ok(null);
  });
}
