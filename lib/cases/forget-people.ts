import { and, eq, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { people } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { timestamptz } from "../db/types";
import { clearEnded } from "../erasure/ended-accounts";
import { forgetPerson } from "../erasure/forget-person";
import { isNamedByHold } from "../holds/kept-back";

/**
 * Forgets here whose account ended on the platform: by a deletion of theirs, with the company in which they worked, or by a sweep
 * after it was closed. Not while anything is owed to them or kept about them: a request that is open, a legal hold. Safe to run
 * twice.
 * @throws the first of what went wrong, once all others are forgotten
 */
export async function forgetPeople(ctx: Ctx): Promise<{ forgotten: number }> {
  let forgotten = 0;
  const failures: unknown[] = [];
  for (;;) {
    const before = forgotten;
    const due = await withRead(ctx, (tx) =>
      tx.db.select({ id: people.id }).from(people).where(isForgotten(tx)).limit(page),
    );
    for (const { id } of due) forgotten += await forget(ctx, id).catch((error) => failures.push(error) && 0);
    // Who could not be forgotten is on each page.
    if (due.length < page || forgotten === before) break;
  }
  await withTransaction(ctx, clearEnded);
  if (failures.length > 0) throw failures[0];
  return { forgotten };
}

const forget = (ctx: Ctx, id: string): Promise<number> =>
  withTransaction(ctx, async (tx) => {
    const [person] = await tx.db
      .select()
      .from(people)
      .where(and(eq(people.id, id), isForgotten(tx)))
      .for("update");
    if (!person) return 0;
    await forgetPerson(tx, person);
    return 1;
  });

const page = 500;

/** Of a new account under the same address nothing is said by this: it has another id. */
const endedAt = sql`(select min(t.at) from (
    select d.ended_at as at from deletions d where d.person_id = ${people.id}
    union all select e.ended_at from ended_accounts e where e.platform_user_id = ${people.platformUserId}) t)`;
// Two sets that are read once, rather than a look at both for everybody here.
const isOver = sql`${people.erasedAt} is null and (
  ${people.id} in (select person_id from deletions where ended_at is not null)
  or ${people.platformUserId} in (select platform_user_id from ended_accounts where ended_at is not null))`;
/** Who works here is known here for that. */
const isWaiting = sql`(exists (select 1 from cases c where c.subject_id = ${people.id} and c.closed_at is null)
  or exists (select 1 from staff s where s.person_id = ${people.id}))`;
const isForgotten = (tx: Tx) => sql`${isOver} and not ${isWaiting} and not ${isNamedByHold(tx.now)}`;

/** Within so many hours whoever's account ended is forgotten; `ownRules` says the same. */
const forgetHours = 24;

/** People whose account ended longer ago than that, and how many of them stay for now. */
export async function peopleDue(
  tx: Tx,
): Promise<{ due: number; held: number; waiting: number; oldest: string | null }> {
  const isDue = sql`${endedAt} < ${timestamptz(tx.now.subtract({ hours: forgetHours }))}`;
  const [row] = await tx.db.execute<{ due: number; held: number; waiting: number; oldest: string | null }>(sql`
    select count(*) filter (where ${isDue})::int as due,
           count(*) filter (where ${isDue} and ${isNamedByHold(tx.now)})::int as held,
           count(*) filter (where ${isDue} and not ${isNamedByHold(tx.now)} and ${isWaiting})::int as waiting,
           min(${endedAt})::text as oldest
    from ${people} where ${isOver}`);
  return row ?? { due: 0, held: 0, waiting: 0, oldest: null };
}
