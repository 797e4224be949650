import { sql } from "drizzle-orm";
import { config, type RetentionClass } from "../../trust-center.config";
import type { Tx } from "../db/transaction";

/** How one retention rule was kept by the last sweep that ended. */
export type PeriodStanding = {
  /** When that sweep ended; where none ever did, when the first one began. */
  at: Temporal.Instant;
  /** Rows that went, that stay without what they said, that are held by law or a request, that wait for another row, and that were not reached. */
  gone: number;
  emptied: number;
  held: number;
  waiting: number;
  leftOver: number;
  /** Why the rule is not kept right now, in a sentence; null while it is. */
  late: string | null;
};

/** The name under which the trust center's own tables stand in the records of sweeps. */
export const ownSystem = "trust-center";

/** So many hours after its time a row is late: a sweep may just have missed it, and the next takes some time. */
export const graceHours = config.sweep.everyHours + 6;

type Row = {
  rule: string;
  at: string;
  gone: number;
  emptied: number;
  held: number;
  waiting: number;
  left_over: number;
  left_before: number | null;
  canary_due: string | null;
};

/**
 * How each rule stands. A rule is late when no sweep ended in time, when a row planted for it outlived its time, or when two sweeps
 * in a row could not delete what was due. Rules that no sweep ever ended for are not in it, but for all of them where sweeps fail from the
 * first one on.
 */
export async function periodStandings(tx: Tx): Promise<Map<RetentionClass, PeriodStanding>> {
  const rows = await tx.db.execute<Row>(sql`
    with ended as (
      select id, finished_at, row_number() over (order by at desc) as place from retention_sweeps
      where kind = 'sweep' and finished_at is not null and failed_at is null order by at desc limit 2),
    sums as (
      select r.rule, e.place, max(e.finished_at) as at, sum(r.deleted + r.estimated)::float8 as gone, sum(r.emptied)::float8 as emptied,
             sum(r.held)::float8 as held, sum(r.waiting)::float8 as waiting, sum(r.left_over)::float8 as left_over
      from ended e join retention_runs r on r.sweep_id = e.id where r.system <> ${ownSystem} group by r.rule, e.place)
    select a.rule, a.at::text as at, a.gone, a.emptied, a.held, a.waiting, a.left_over, b.left_over as left_before, c.due_at::text as canary_due
    from sums a left join sums b on b.rule = a.rule and b.place = 2
    left join retention_canaries c on c.rule = a.rule where a.place = 1`);
  if (rows.length === 0) return neverEnded(tx);
  return new Map(
    rows.map((row): [RetentionClass, PeriodStanding] => [
      row.rule as RetentionClass,
      {
        at: Temporal.Instant.from(row.at),
        ...{ gone: row.gone, emptied: row.emptied, held: row.held, waiting: row.waiting, leftOver: row.left_over },
        late: lateness(row, tx.now),
      },
    ]),
  );
}

async function neverEnded(tx: Tx): Promise<Map<RetentionClass, PeriodStanding>> {
  const [first] = await tx.db.execute<{ at: string }>(sql`
    select min(at)::text as at from retention_sweeps where kind = 'sweep'
    having not bool_or(finished_at is not null and failed_at is null)`);
  if (!first || !isOver(first.at, tx.now)) return new Map();
  const late = "No sweep has ended since they began.";
  const standing = { at: Temporal.Instant.from(first.at), gone: 0, emptied: 0, held: 0, waiting: 0, leftOver: 0, late };
  return new Map((Object.keys(config.retention) as RetentionClass[]).map((rule) => [rule, standing]));
}

const isOver = (text: string, now: Temporal.Instant): boolean =>
  Temporal.Instant.compare(Temporal.Instant.from(text).add({ hours: graceHours }), now) < 0;

function lateness(row: Row, now: Temporal.Instant): string | null {
  if (isOver(row.at, now)) return `No sweep has ended in the last ${graceHours} hours.`;
  if (row.canary_due && isOver(row.canary_due, now))
    return "A row that we planted to be deleted on time is still there.";
  if (row.left_over > 0 && (row.left_before ?? 0) > 0)
    return "Two sweeps in a row could not delete everything that was due.";
  return null;
}
