import { and, eq, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { people } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { forgetPerson } from "../erasure/forget-person";

/**
 * Forgets here whom the engine erased on the platform, once nothing more is owed to them: no request open, nothing held back.
 * Safe to run twice.
 */
export async function forgetPeople(ctx: Ctx): Promise<{ forgotten: number }> {
  const due = await withRead(ctx, (tx) => tx.db.select({ id: people.id }).from(people).where(isForgotten).limit(500));
  let forgotten = 0;
  for (const { id } of due)
    forgotten += await withTransaction(ctx, async (tx) => {
      const [person] = await tx.db
        .select()
        .from(people)
        .where(and(eq(people.id, id), isForgotten))
        .for("update");
      if (!person) return 0;
      await forgetPerson(tx, person);
      return 1;
    });
  return { forgotten };
}

const isForgotten = sql`${people.erasedAt} is null
  and exists (select 1 from deletions d where d.person_id = ${people.id} and d.ended_at is not null)
  and not exists (select 1 from cases c where c.subject_id = ${people.id} and c.closed_at is null)
  and not exists (select 1 from staff s where s.person_id = ${people.id})`;
