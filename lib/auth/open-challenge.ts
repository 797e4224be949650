import { eq } from "drizzle-orm";
import type { Ctx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { challenges } from "../db/schema";
import { addressOf, browserHash, newestOf } from "./challenge";
import { withAuthTransaction } from "./transaction";

/** A code this browser is waiting for. The address is shown: whoever reads it here typed it here. */
export type OpenChallenge = { address: string; expiresAt: string; sessionId: string | null; next: string };

export function openChallenge(
  ctx: Ctx,
  purpose: "sign-in" | "step-up",
  browserToken: string | null,
): Promise<OpenChallenge | null> {
  if (browserToken === null) return Promise.resolve(null);
  return withAuthTransaction(ctx, async (tx) => {
    const challenge = await newestOf(tx, purpose, browserToken);
    if (!challenge || challenge.consumedAt || Temporal.Instant.compare(challenge.expiresAt, tx.now) <= 0) return null;
    const { expiresAt, sessionId, redirectTo } = challenge;
    return { address: addressOf(challenge), expiresAt: expiresAt.toString(), sessionId, next: redirectTo };
  });
}

/** What a link's page can say before its button is pressed; reading changes nothing (S12). */
export function linkState(
  ctx: Ctx,
  linkToken: string,
  browserToken: string | null,
): Promise<"here" | "other-browser" | "over"> {
  return withAuthTransaction(ctx, async (tx) => {
    const [challenge] = await tx.db
      .select()
      .from(challenges)
      .where(eq(challenges.linkHash, sha256Hex(linkToken)));
    if (!challenge || challenge.consumedAt || Temporal.Instant.compare(challenge.expiresAt, tx.now) <= 0) return "over";
    const here = browserToken !== null && challenge.browserHash === browserHash(browserToken);
    return here ? "here" : "other-browser";
  });
}
