import { sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { type Tx, withTransaction } from "../db/transaction";
import { keptFor, textArray } from "../db/types";

/** Cases removed in one transaction. */
const chunk = 200;

/** Whose cases stay for now, by the platform's ids. */
export type KeptCases = { people: string[]; companies: string[] };

const isDue = (now: Temporal.Instant) =>
  sql`c.closed_at is not null and ${keptFor(sql`c.closed_at`, config.cases.keep, now)}`;
const isKept = ({ people, companies }: KeptCases) => sql`exists (
  select 1 from people p where p.id = c.subject_id
    and (p.platform_user_id = any(${textArray(people)}) or p.platform_company_id = any(${textArray(companies)})))`;
/** A file that is still there goes first, by its own rule. */
const hasFile = sql`exists (select 1 from packages k where k.case_id = c.id and k.removed_at is null and k.ready_at is not null)`;

/** What a person asked to stop or to limit is told and lifted in its case. Of what stopped for good nothing is left to say there. */
const isNeeded = sql`exists (select 1 from processing_records r where r.case_id = c.id and r.ended_at is null
  and not (r.kind = 'objection' and r.purpose = 'improvement'))`;

/** How many closed cases are past their time, how many of them stay for now, and when the oldest was closed. */
export async function casesDue(
  tx: Tx,
  kept: KeptCases,
): Promise<{ due: number; held: number; waiting: number; oldest: string | null }> {
  const [row] = await tx.db.execute<{ due: number; held: number; waiting: number; oldest: string | null }>(sql`
    select count(*) filter (where ${isDue(tx.now)})::int as due,
           count(*) filter (where ${isDue(tx.now)} and ${isKept(kept)})::int as held,
           count(*) filter (where ${isDue(tx.now)} and not ${isKept(kept)} and (${hasFile} or ${isNeeded}))::int as waiting,
           min(c.closed_at)::text as oldest
    from cases c`);
  return row ?? { due: 0, held: 0, waiting: 0, oldest: null };
}

/**
 * Job: removes cases that were closed longer ago than `cases.keep` with everything in them: thread, timeline, clocks, plan and runs
 * of a deletion, record of a package, and the form that began it. What was decided stays in the log as an entry without words.
 */
export async function clearCases(ctx: Ctx, kept: KeptCases): Promise<void> {
  for (;;) {
    const removed = await withTransaction(ctx, async (tx) => {
      const gone = await tx.db.execute<{ reference: string }>(sql`
        delete from cases where id in (
          select c.id from cases c where ${isDue(tx.now)} and not ${isKept(kept)} and not ${hasFile} and not ${isNeeded}
          order by c.closed_at, c.id limit ${chunk} for update skip locked)
        returning reference`);
      if (gone.length === 0) return 0;
      await tx.db.execute(
        sql`delete from intakes where reference = any(${textArray(gone.map(({ reference }) => reference))})`,
      );
      await recordAudit(tx, {
        action: "cases.cleared",
        object: { type: "case", id: "closed" },
        payload: { cases: gone.length, keptFor: config.cases.keep },
      });
      return gone.length;
    });
    if (removed < chunk) return;
  }
}
