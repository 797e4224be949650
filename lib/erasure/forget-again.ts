import { and, asc, gt, isNotNull, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { people } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { isNamedByHold } from "../holds/kept-back";
import { digester, type Suppressed } from "../suppression/record";
import { noteEnded, noteEnding } from "./ended-accounts";
import { forgetPerson } from "./forget-person";

const page = 5000;
/** Who works here is known here for that. */
const notStaff = sql`not exists (select 1 from staff s where s.person_id = ${people.id})`;

/** By which those are known whose account ended so long ago. */
const byReplay = "replay";

/**
 * Forgets again the people whom a restore of this database brought back; whom a legal hold names, once it ends (forget-people.ts).
 * @param system the home system, whose ids the records hold
 * @returns how many
 */
export async function forgetAgain(ctx: Ctx, system: string, records: readonly Suppressed[]): Promise<number> {
  if (records.length === 0) return 0;
  const digests = [...new Set(records.map(({ key }) => key))].map(digester);
  const erased = new Map<string, Temporal.Instant>();
  // By the newest line of each case: whoever left after an attempt that changed nothing did not end with it.
  for (const { person, members = [], at } of new Map(records.map((record) => [record.reference, record])).values())
    for (const one of [person, ...members]) erased.set(one, Temporal.Instant.from(at));
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
        .select({ person: people, isHeld: isNamedByHold(tx.now) })
        .from(people)
        .where(and(isNotNull(people.platformUserId), notStaff, from ? gt(people.id, from) : undefined))
        .orderBy(asc(people.id))
        .limit(page);
      for (const { person, isHeld } of rows) {
        const { platformUserId, createdAt } = person;
        if (!platformUserId || !wasErased(platformUserId, createdAt)) continue;
        if (isHeld) {
          await noteEnding(tx, byReplay, [platformUserId]);
          continue;
        }
        await forgetPerson(tx, person);
        forgotten++;
      }
      await noteEnded(tx, byReplay);
      return rows.at(-1)?.person.id ?? null;
    });
  } while (after);
  return forgotten;
}
