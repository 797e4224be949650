import { sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { withRead } from "../db/transaction";
import { isRetriable } from "./freeze-retry";

export type NoticeFunnel = {
  owed: number;
  /** With an address that a mail can go to. */
  addressed: number;
  handedOver: number;
  delivered: number;
  /** Who used the platform after the version took effect, among those it was owed to. */
  acknowledged: number;
  /** Failed for a reason that may pass, so that an officer can have them tried again. */
  retriable: number;
  /** Told in a second way, of those whom the mail did not reach. */
  secondWays: { messages: number; waiting: number; forStaff: number; byStaff: number };
  /** Why the others were not reached, most frequent first: `address`, `refused`, `bounced` ... */
  failures: { failure: string; count: number }[];
};

/** How far a notice came with how many, for staff; null for everybody else. */
export function noticeFunnel(ctx: Ctx, { noticeId }: { noticeId: string }): Promise<NoticeFunnel | null> {
  if (ctx.actor.kind !== "staff") return Promise.resolve(null);
  return withRead(ctx, async (tx) => {
    const [steps] = await tx.db.execute<Omit<NoticeFunnel, "failures" | "secondWays">>(sql`
      select count(*)::int as owed,
             (count(*) filter (where failure is null or failure not in ('address', 'second-way')))::int as addressed,
             (count(*) filter (where sent_at is not null))::int as "handedOver",
             (count(*) filter (where state in ('delivered', 'complained')))::int as delivered,
             (count(*) filter (where ${isRetriable}))::int as retriable,
             (select count(*)::int from acknowledgements a join notices n on n.version_id = a.version_id
              join notice_recipients k on k.notice_id = n.id and k.platform_user_id = a.subject
              where n.id = ${noticeId}) as acknowledged
      from notice_recipients r where notice_id = ${noticeId}`);
    if (!steps) return null;
    const failures = await tx.db.execute<{ failure: string; count: number }>(sql`
      select failure, count(*)::int as count from notice_recipients
      where notice_id = ${noticeId} and failure is not null group by failure order by count desc, failure`);
    const [secondWays] = await tx.db.execute<NoticeFunnel["secondWays"]>(sql`
      select (count(*) filter (where way = 'platform-message' and told_at is not null))::int as messages,
             (count(*) filter (where way = 'platform-message' and told_at is null))::int as waiting,
             (count(*) filter (where way = 'staff' and told_at is null))::int as "forStaff",
             (count(*) filter (where way = 'staff' and told_at is not null))::int as "byStaff"
      from notice_second_ways w join notice_recipients r on r.id = w.recipient_id where r.notice_id = ${noticeId}`);
    const none = { messages: 0, waiting: 0, forStaff: 0, byStaff: 0 };
    return { ...steps, secondWays: secondWays ?? none, failures: [...failures] };
  });
}

export type RecipientReport = { type: string; at: string };

/** Every report about one person's mail of a notice, and how else they were told, oldest first, for staff. */
export function recipientReports(
  ctx: Ctx,
  input: { noticeId: string; platformUserId: string },
): Promise<RecipientReport[]> {
  if (ctx.actor.kind !== "staff") return Promise.resolve([]);
  return withRead(ctx, async (tx) => {
    const rows = await tx.db.execute<RecipientReport>(sql`
      with one as (select id from notice_recipients
                   where notice_id = ${input.noticeId} and platform_user_id = ${input.platformUserId})
      select type, occurred_at::text as at from notice_events e join one on one.id = e.recipient_id
      union all
      select 'second-way.' || way, told_at::text from notice_second_ways w join one on one.id = w.recipient_id
      where told_at is not null
      order by at`);
    return rows.map((row) => ({ ...row, at: Temporal.Instant.from(row.at).toString() }));
  });
}
