import { and, isNotNull, lt, or } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { challenges, passkeyChallenges, rateLimits, securityAlerts, sessions, verificationTokens } from "../db/schema";
import { withTransaction } from "../db/transaction";

/** Job: removes what has ended: codes, links, sessions, alerts, counters. Safe to run twice. */
export async function clearExpiredSignIns(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const old = tx.now.subtract({ hours: 24 * config.signIn.endedDays });
    const day = tx.now.subtract({ hours: 24 });
    await tx.db.delete(challenges).where(lt(challenges.expiresAt, day));
    await tx.db.delete(passkeyChallenges).where(lt(passkeyChallenges.expiresAt, day));
    await tx.db.delete(verificationTokens).where(lt(verificationTokens.expires, new Date(day.epochMilliseconds)));
    await tx.db.delete(securityAlerts).where(lt(securityAlerts.expiresAt, old));
    await tx.db
      .delete(sessions)
      .where(
        or(
          lt(sessions.expires, new Date(old.epochMilliseconds)),
          and(isNotNull(sessions.revokedAt), lt(sessions.revokedAt, old)),
        ),
      );
    await tx.db.delete(rateLimits).where(lt(rateLimits.expire, tx.now.epochMilliseconds - 3_600_000));
  });
}
