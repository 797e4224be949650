import { randomInt } from "node:crypto";
import { and, desc, eq, isNull } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import { keyedHash, sameSecret, sha256Hex } from "../crypto/hash";
import { openWithMaster, type SealedPlace } from "../crypto/seal";
import { challenges } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";

export type Challenge = typeof challenges.$inferSelect;

/** Where a challenge's sealed address stands. */
export const addressPlace = (id: string): SealedPlace => ({ table: "challenges", column: "address", row: id });
export const addressOf = (challenge: Challenge): string =>
  openWithMaster(addressPlace(challenge.id), challenge.address);

export const addressHash = (address: string): string => keyedHash("address", address);
export const browserHash = (browserToken: string): string => keyedHash("browser", browserToken);
export const codeHash = (challengeId: string, code: string): string => keyedHash("code", `${challengeId}:${code}`);

/** Six digits, each of the million equally likely. */
export const newCode = (): string => String(randomInt(1_000_000)).padStart(6, "0");

const isOver = (challenge: Challenge, now: Temporal.Instant): boolean =>
  challenge.consumedAt !== null || Temporal.Instant.compare(challenge.expiresAt, now) <= 0;

/** The newest challenge this browser asked for, locked; older ones no longer count. */
export async function newestOf(
  tx: Tx,
  purpose: Challenge["purpose"],
  browserToken: string,
): Promise<Challenge | undefined> {
  const [challenge] = await tx.db
    .select()
    .from(challenges)
    .where(and(eq(challenges.browserHash, browserHash(browserToken)), eq(challenges.purpose, purpose)))
    .orderBy(desc(challenges.createdAt), desc(challenges.id))
    .limit(1)
    .for("update");
  return challenge;
}

/**
 * Answers a challenge with the six digits. The row is locked, so that simultaneous answers stand in
 * line: one right answer consumes it, the fifth wrong one ends it (S12).
 */
export async function answerWithCode(
  tx: Tx,
  challenge: Challenge | undefined,
  code: string,
): Promise<Result<Challenge, "code-wrong" | "code-expired">> {
  if (!challenge || isOver(challenge, tx.now) || challenge.attempts >= config.signIn.codeAttempts) {
    return fail("code-expired");
  }
  const right = challenge.codeHash !== null && sameSecret(challenge.codeHash, codeHash(challenge.id, code));
  if (right) return ok(await consumeChallenge(tx, challenge));
  const attempts = challenge.attempts + 1;
  await tx.db.update(challenges).set({ attempts }).where(eq(challenges.id, challenge.id));
  await recordAudit(tx, {
    action: "sign-in.code-refused",
    object: { type: "challenge", id: challenge.id },
    payload: { attempts },
  });
  return fail(attempts >= config.signIn.codeAttempts ? "code-expired" : "code-wrong");
}

/** Answers a challenge with the link of the mail; only the browser that asked may (S12). */
export async function answerWithLink(
  tx: Tx,
  linkToken: string,
  browserToken: string | null,
): Promise<Result<Challenge, "code-expired" | "other-browser">> {
  const [challenge] = await tx.db
    .select()
    .from(challenges)
    .where(and(eq(challenges.linkHash, sha256Hex(linkToken)), isNull(challenges.consumedAt)))
    .for("update");
  if (!challenge || isOver(challenge, tx.now)) return fail("code-expired");
  if (browserToken === null || !sameSecret(challenge.browserHash, browserHash(browserToken))) {
    await recordAudit(tx, { action: "sign-in.link-refused", object: { type: "challenge", id: challenge.id } });
    return fail("other-browser");
  }
  return ok(await consumeChallenge(tx, challenge));
}

async function consumeChallenge(tx: Tx, challenge: Challenge): Promise<Challenge> {
  await tx.db.update(challenges).set({ consumedAt: tx.now }).where(eq(challenges.id, challenge.id));
  return challenge;
}
