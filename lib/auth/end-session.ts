import { and, eq, isNull, ne } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { HolderCtx } from "../context";
import { sessions } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";

/**
 * Ends one of the person's own sessions; it is out at its next request (S9). A foreign, a missing and
 * an already ended one give the same answer (S19).
 */
export function endSession(ctx: HolderCtx, input: { sessionId: string }): Promise<Result<void, "not-found">> {
  return withTransaction(ctx, async (tx) => {
    const ended = await tx.db
      .update(sessions)
      .set({ revokedAt: tx.now })
      .where(and(eq(sessions.id, input.sessionId), eq(sessions.userId, ctx.actor.personId), isNull(sessions.revokedAt)))
      .returning({ id: sessions.id });
    if (ended.length === 0) return fail("not-found");
    await recordAudit(tx, { action: "session.ended", object: { type: "session", id: input.sessionId } });
    return ok(undefined);
  });
}

/** Ends every session of the person but this one. @returns how many */
export function endOtherSessions(ctx: HolderCtx): Promise<Result<number>> {
  return withTransaction(ctx, async (tx) => {
    const { personId, sessionId } = ctx.actor;
    const ended = await tx.db
      .update(sessions)
      .set({ revokedAt: tx.now })
      .where(and(eq(sessions.userId, personId), ne(sessions.id, sessionId), isNull(sessions.revokedAt)))
      .returning({ id: sessions.id });
    await recordAudit(tx, {
      action: "session.others-ended",
      object: { type: "person", id: personId },
      payload: { count: ended.length },
    });
    return ok(ended.length);
  });
}
