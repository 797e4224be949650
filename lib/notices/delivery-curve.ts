import { sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { withRead } from "../db/transaction";

/** How many mails had been handed over, delivered and had come back (bounced or failed) by then. */
export type CurvePoint = { at: string; sent: number; delivered: number; back: number };
export type DeliveryCurve = { stepSeconds: number; points: CurvePoint[] };

const steps = [1, 5, 15, 60, 300, 900, 3600, 21_600, 86_400, 604_800];
const mostPoints = 48;

/** The first of the usual steps with which the span needs no more points than a chart can show. */
export const stepOf = (seconds: number): number =>
  steps.find((step) => seconds / step <= mostPoints) ?? Math.ceil(seconds / mostPoints);

/** How a notice's delivery went, as running totals at even steps of time; null before the first hand-over. Staff only. */
export function deliveryCurve(ctx: Ctx, { noticeId }: { noticeId: string }): Promise<DeliveryCurve | null> {
  if (ctx.actor.kind !== "staff") return Promise.resolve(null);
  return withRead(ctx, async (tx) => {
    const [span] = await tx.db.execute<{ from: number | null; to: number | null }>(sql`
      select extract(epoch from min(sent_at))::float8 as from,
             extract(epoch from greatest(max(sent_at), max(delivered_at), max(failed_at)))::float8 as to
      from notice_recipients where notice_id = ${noticeId} and sent_at is not null`);
    if (span?.from == null || span.to == null) return null;
    const stepSeconds = stepOf(span.to - span.from);
    const rows = await tx.db.execute<CurvePoint>(sql`
      with happened as (
        select sent_at as at, 'sent' as what from notice_recipients where notice_id = ${noticeId} and sent_at is not null
        union all
        select delivered_at, 'delivered' from notice_recipients where notice_id = ${noticeId} and delivered_at is not null
        union all
        select failed_at, 'back' from notice_recipients
        where notice_id = ${noticeId} and failed_at is not null and sent_at is not null
      ), counted as (
        select floor(extract(epoch from at) / ${stepSeconds})::bigint as step, what, count(*) as n
        from happened group by 1, 2
      ), steps as (select distinct step from counted)
      select to_timestamp((step + 1) * ${stepSeconds}::float8)::text as at,
             (select coalesce(sum(n), 0) from counted c where c.step <= s.step and what = 'sent')::int as sent,
             (select coalesce(sum(n), 0) from counted c where c.step <= s.step and what = 'delivered')::int as delivered,
             (select coalesce(sum(n), 0) from counted c where c.step <= s.step and what = 'back')::int as back
      from steps s order by step`);
    return {
      stepSeconds,
      points: rows.map((row) => ({ ...row, at: Temporal.Instant.from(row.at).toString() })),
    };
  });
}
