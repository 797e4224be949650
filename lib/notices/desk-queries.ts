import { sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { withRead } from "../db/transaction";

export type SecondWayCounts = { messages: number; waiting: number; forStaff: number; byStaff: number };

/** How many were told in a second way, of those whom a notice's mail did not reach, for staff. */
export async function secondWayCounts(ctx: Ctx, { noticeId }: { noticeId: string }): Promise<SecondWayCounts> {
  const none = { messages: 0, waiting: 0, forStaff: 0, byStaff: 0 };
  if (ctx.actor.kind !== "staff") return none;
  const [counts] = await withRead(ctx, (tx) =>
    tx.db.execute<SecondWayCounts>(sql`
      select (count(*) filter (where way = 'platform-message' and told_at is not null))::int as messages,
             (count(*) filter (where way = 'platform-message' and told_at is null))::int as waiting,
             (count(*) filter (where way = 'staff' and told_at is null))::int as "forStaff",
             (count(*) filter (where way = 'staff' and told_at is not null))::int as "byStaff"
      from notice_second_ways w join notice_recipients r on r.id = w.recipient_id where r.notice_id = ${noticeId}`),
  );
  return counts ?? none;
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
