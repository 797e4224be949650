import { sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { attainmentCounts, caseKinds } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { timestamptz } from "../db/types";

export type AttainmentRow = typeof attainmentCounts.$inferSelect;
export const allKinds = "all";
export const wholeYear = "year";

/** The twelve whole months before this one, oldest first, as `2026-07`, in the calendar of `clocks.zone`. */
export function lastMonths(now: Temporal.Instant, zone: string = config.clocks.zone): string[] {
  const month = now.toZonedDateTimeISO(zone).toPlainDate().toPlainYearMonth();
  return Array.from({ length: 12 }, (_, at) => month.subtract({ months: 12 - at }).toString());
}

const beginOf = (month: string, zone: string): Temporal.Instant =>
  Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 }).toZonedDateTime({ timeZone: zone }).toInstant();

/**
 * How what was received in the last twelve whole months was answered, counted from the cases and their clocks: a line for the whole
 * and each kind, and one a month. Of each rule the first clock counts, which began with the receipt. One that ran out is missed,
 * whether the answer came or not; a question that was answered with an older one, and spam, are none of their own; what its subject
 * cancelled was received and is owed nothing. What a job handed to a company says nothing of how long replies take, since nobody wrote
 * one. No case of these months is cleared yet (`cases.keep`), and one whose subject was forgotten still counts.
 */
export async function countIn(tx: Tx): Promise<AttainmentRow[]> {
  const zone = config.clocks.zone;
  const months = lastMonths(tx.now, zone);
  const [from, to] = [beginOf(months[0] ?? "", zone), tx.now.toZonedDateTimeISO(zone).startOfDay().with({ day: 1 })];
  const now = timestamptz(tx.now);
  const found = await tx.db.execute<Counted>(sql`
    with mine as (
      select c.kind, to_char(c.received_at at time zone ${zone}, 'YYYY-MM') as month,
             c.decision is distinct from 'cancelled' as owed,
             case when c.approval_ground = 'passed-on' and c.decided_by is null then null
                  else extract(epoch from c.answered_at - c.received_at) / 3600 end as hours,
             c.decision in ('approved', 'partly', 'declined', 'completed') as decided,
             c.decision in ('partly', 'declined') as refused,
             r.stopped_at as reply_stop, r.due_at as reply_due, l.stopped_at as law_stop, l.due_at as law_due
      from cases c
      left join case_clocks r on r.case_id = c.id and r.rule = 'policy-72h' and r.started_at = c.received_at
      left join case_clocks l on l.case_id = c.id and l.rule = 'gdpr-1m' and l.started_at = c.received_at
      where c.received_at >= ${timestamptz(from)} and c.received_at < ${timestamptz(to.toInstant())}
        and c.merged_into is null and c.decline_ground is distinct from 'spam')
    select month, kind, grouping(month)::int as all_months, grouping(kind)::int as all_kinds,
           count(*)::int as received,
           (count(*) filter (where owed and (reply_stop is not null or reply_due < ${now})))::int as "replyDue",
           (count(*) filter (where owed and reply_stop <= reply_due))::int as "replyInTime",
           (count(*) filter (where owed and (law_stop is not null or law_due < ${now})))::int as "lawDue",
           (count(*) filter (where owed and law_stop <= law_due))::int as "lawInTime",
           (count(hours) filter (where owed))::int as answered,
           (percentile_cont(0.5) within group (order by hours) filter (where owed))::float8 as "medianHours",
           (count(*) filter (where decided))::int as decided,
           (count(*) filter (where refused))::int as refused
    from mine group by grouping sets ((), (kind), (month))`);
  const empty = {
    ...{ received: 0, replyDue: 0, replyInTime: 0, lawDue: 0, lawInTime: 0 },
    ...{ answered: 0, medianHours: null, decided: 0, refused: 0 },
  };
  const line = (period: string, kind: string, position: number): AttainmentRow => {
    const {
      month: _month,
      kind: _kind,
      all_months: _months,
      all_kinds: _kinds,
      ...counts
    } = found.find(
      (one) =>
        (one.all_months === 1 ? wholeYear : one.month) === period &&
        (one.all_kinds === 1 ? allKinds : one.kind) === kind,
    ) ?? { ...empty, month: null, kind: null, all_months: 0, all_kinds: 0 };
    return { period, kind, position, ...counts, countedAt: tx.now };
  };
  return [
    line(wholeYear, allKinds, 0),
    ...caseKinds.map((kind, at) => line(wholeYear, kind, at + 1)),
    ...months.map((month, at) => line(month, allKinds, at + 1)),
  ];
}

type Counted = Omit<AttainmentRow, "period" | "kind" | "position" | "countedAt"> & {
  month: string | null;
  kind: string | null;
  all_months: number;
  all_kinds: number;
};

/** Job, once a day: counts anew what the public page shows. Safe to run twice. */
export async function countAttainment(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const rows = await countIn(tx);
    await tx.db.delete(attainmentCounts);
    await tx.db.insert(attainmentCounts).values(rows);
  });
}
