import { and, eq, isNotNull, isNull } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { HolderCtx, StaffCtx } from "../context";
import { randomToken, sha256Hex } from "../crypto/hash";
import { sessions, staff } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { answerWithCode, newestOf } from "./challenge";
import { consume, isUsedUp } from "./rate-limit";
import { withAuthTransaction } from "./transaction";

type Answered = Result<{ sessionToken: string }, "code-wrong" | "code-expired" | "too-many" | "cannot-check">;

/**
 * Proves again that it is them, with the code of a step-up mail: bound to this session and this
 * browser. The session goes on under a new token (S9, S14).
 */
export async function stepUpWithCode(
  ctx: HolderCtx,
  input: { code: string; browserToken: string | null; network: string | null },
): Promise<Answered> {
  const counted = await consume("code.network", input.network);
  if (!counted.ok) return counted;
  const { browserToken } = input;
  if (!browserToken) return fail("code-expired");
  const { personId } = ctx.actor;
  if (await isUsedUp("code.person", personId)) return fail("too-many");
  const answered = await withAuthTransaction(ctx, async (tx): Promise<Answered> => {
    // Whoever holds a passkey proves it with that: a mail code opens no staff power (S13).
    if (await holdsPasskey(tx, personId)) return fail("code-expired");
    const challenge = await newestOf(tx, "step-up", browserToken);
    if (challenge?.sessionId !== ctx.actor.sessionId) return fail("code-expired");
    const answer = await answerWithCode(tx, challenge, input.code);
    if (!answer.ok) return answer;
    const sessionToken = await rotateSession(tx, ctx, { steppedUpAt: tx.now });
    if (!sessionToken) return fail("code-expired");
    await recordAudit(tx, {
      action: "session.stepped-up",
      object: { type: "session", id: ctx.actor.sessionId },
      payload: { method: "code" },
    });
    return ok({ sessionToken });
  });
  // Counted past the transaction, so that a refusal undoes nothing of it.
  if (!answered.ok && answered.reason === "code-wrong") await consume("code.person", personId);
  return answered;
}

async function holdsPasskey(tx: Tx, personId: string): Promise<boolean> {
  const rows = await tx.db
    .select({ id: staff.id })
    .from(staff)
    .where(and(eq(staff.personId, personId), isNotNull(staff.enrolledAt), isNull(staff.disabledAt)));
  return rows.length > 0;
}

/** Gives the session another token; the old one is worth nothing from the next request on. */
export async function rotateSession(
  tx: Tx,
  ctx: HolderCtx | StaffCtx,
  values: Partial<typeof sessions.$inferInsert>,
): Promise<string | null> {
  const token = randomToken();
  const changed = await tx.db
    .update(sessions)
    .set({ ...values, sessionToken: sha256Hex(token) })
    .where(and(eq(sessions.id, ctx.actor.sessionId), isNull(sessions.revokedAt)))
    .returning({ id: sessions.id });
  return changed.length > 0 ? token : null;
}
