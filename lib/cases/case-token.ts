import { and, eq, gt, isNull, lt, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { systemCtx } from "../context";
import { randomToken, sha256Hex } from "../crypto/hash";
import { caseTokens } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { newId } from "../ids";

export type TokenRow = typeof caseTokens.$inferSelect;
type Purpose = TokenRow["purpose"];
export type Bearer = TokenRow["bearer"];

const { linkDays, codeDays, sessionMinutes } = config.requests;
const lasting: Record<Purpose, Temporal.DurationLike> = {
  proof: { hours: 24 * linkDays },
  status: { hours: 24 * codeDays },
  session: { minutes: sessionMinutes },
  withdraw: { hours: 24 * codeDays },
};

/** Whoever has a token acts for the case without our knowing who clicks: a system actor, bound to that token. */
export const tokenCtx = (ctx: Ctx): Ctx => ({ ...systemCtx("link:request", ctx.clock), requestId: ctx.requestId });

/** Makes a token of 256 random bits; only its hash stays here (S29). @param until ends sooner than its purpose says */
export async function mintToken(
  tx: Tx,
  { caseId, purpose, bearer, until }: { caseId: string; purpose: Purpose; bearer: Bearer; until?: Temporal.Instant },
): Promise<{ token: string; expiresAt: Temporal.Instant }> {
  const token = randomToken();
  const expiresAt = until ?? tx.now.add(lasting[purpose]);
  await tx.db.insert(caseTokens).values({
    ...{ id: newId(), caseId, purpose, bearer, tokenHash: sha256Hex(token) },
    ...{ createdAt: tx.now, expiresAt },
  });
  return { token, expiresAt };
}

/** The token's row while it opens something; a foreign, used, ended and missing one are all null. */
export async function findToken(tx: Tx, purpose: Purpose, token: string, lock = false): Promise<TokenRow | null> {
  const rows = tx.db
    .select()
    .from(caseTokens)
    .where(
      and(
        eq(caseTokens.tokenHash, sha256Hex(token)),
        eq(caseTokens.purpose, purpose),
        isNull(caseTokens.usedAt),
        gt(caseTokens.expiresAt, tx.now),
      ),
    );
  const [row] = await (lock ? rows.for("update") : rows);
  return row ?? null;
}

/** Ends what leads to a case: everything, or what one kind of bearer or purpose has. */
export async function endTokens(
  tx: Tx,
  caseId: string,
  which: { purpose?: Purpose; bearer?: Bearer } = {},
): Promise<void> {
  await tx.db
    .update(caseTokens)
    .set({ usedAt: tx.now })
    .where(
      and(
        eq(caseTokens.caseId, caseId),
        isNull(caseTokens.usedAt),
        which.purpose ? eq(caseTokens.purpose, which.purpose) : undefined,
        which.bearer ? eq(caseTokens.bearer, which.bearer) : undefined,
      ),
    );
}

/** Job: forgets tokens a day after they ended. Safe to run twice. */
export async function clearTokens(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, (tx) =>
    tx.db
      .delete(caseTokens)
      .where(lt(sql`least(${caseTokens.expiresAt}, ${caseTokens.usedAt})`, tx.now.subtract({ hours: 24 }).toString())),
  );
}
