import { sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { withRead } from "../db/transaction";
import { type LedgerFigures, ledgerFigures } from "./ledger-figures";

export type NoticeFunnel = LedgerFigures & {
  /** Told in a second way, of those whom the mail did not reach. */
  secondWays: { messages: number; waiting: number; forStaff: number; byStaff: number };
};

/** How far a notice came with how many, for staff; null for everybody else. */
export async function noticeFunnel(ctx: Ctx, { noticeId }: { noticeId: string }): Promise<NoticeFunnel | null> {
  if (ctx.actor.kind !== "staff") return null;
  const [secondWays] = await withRead(ctx, (tx) =>
    tx.db.execute<NoticeFunnel["secondWays"]>(sql`
      select (count(*) filter (where way = 'platform-message' and told_at is not null))::int as messages,
             (count(*) filter (where way = 'platform-message' and told_at is null))::int as waiting,
             (count(*) filter (where way = 'staff' and told_at is null))::int as "forStaff",
             (count(*) filter (where way = 'staff' and told_at is not null))::int as "byStaff"
      from notice_second_ways w join notice_recipients r on r.id = w.recipient_id where r.notice_id = ${noticeId}`),
  );
  const none = { messages: 0, waiting: 0, forStaff: 0, byStaff: 0 };
  return { ...(await ledgerFigures(ctx, noticeId)), secondWays: secondWays ?? none };
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
