import { and, asc, eq, gt, isNotNull, isNull } from "drizzle-orm";
import type { Ctx } from "../context";
import { people, personKeys, sessions } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { digester, type Suppressed } from "../suppression/record";

const page = 5000;

/**
 * Destroys again the keys of people whom a restore of this database brought back, so that what is sealed under them cannot be
 * read (S32), and ends their sessions.
 * @param system the home system, whose ids the records hold
 * @returns how many
 */
export async function forgetAgain(ctx: Ctx, system: string, records: readonly Suppressed[]): Promise<number> {
  if (records.length === 0) return 0;
  const digests = [...new Set(records.map(({ key }) => key))].map(digester);
  const erased = new Map(records.map(({ person, at }) => [person, Temporal.Instant.from(at)]));
  const wasErased = (id: string, since: Temporal.Instant) =>
    digests.some((digest) => {
      const at = erased.get(digest("person", system, id));
      return at !== undefined && Temporal.Instant.compare(since, at) <= 0;
    });
  let forgotten = 0;
  let after: string | null = null;
  do {
    const from: string | null = after;
    after = await withTransaction(ctx, async (tx) => {
      const rows = await tx.db
        .select({ id: people.id, account: people.platformUserId, createdAt: people.createdAt })
        .from(people)
        .where(and(isNotNull(people.platformUserId), from ? gt(people.id, from) : undefined))
        .orderBy(asc(people.id))
        .limit(page);
      for (const { id, account, createdAt } of rows) {
        if (!account || !wasErased(account, createdAt)) continue;
        await tx.db
          .update(personKeys)
          .set({ wrapped: null, destroyedAt: tx.now })
          .where(and(eq(personKeys.personId, id), isNull(personKeys.destroyedAt)));
        await tx.db
          .update(sessions)
          .set({ revokedAt: tx.now })
          .where(and(eq(sessions.userId, id), isNull(sessions.revokedAt)));
        forgotten++;
      }
      return rows.at(-1)?.id ?? null;
    });
  } while (after);
  return forgotten;
}
