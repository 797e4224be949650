import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import type { Holder } from "../data-map/audience";
import { notices } from "../db/schema";
import { withRead } from "../db/transaction";
import { openAddress } from "./address";

const slice = 1000;

// Not joined: behind row security the planner takes the batches for few and reads all of them for each row.
const byMail = sql`(r.state in ('queued', 'sent', 'delivered', 'complained') and exists (
  select 1 from notice_batches b where b.id = r.batch_id and b.first_attempt_at is not null))`;

/**
 * Whom a notice may have reached: handed over, or in a batch whose outcome is not known; those it came back from, once
 * they were told in a second way.
 */
export const told = (noticeId: string): SQL => sql`
  from notice_recipients r where r.notice_id = ${noticeId} and (${byMail} or exists (
    select 1 from notice_second_ways w where w.recipient_id = r.id and w.told_at is not null))`;

/**
 * Those whom the announcement of a version may have reached, where it reached them, in flat memory. Whoever's
 * address was erased in the meantime cannot be told and is left out.
 */
export async function* toldPeople(ctx: Ctx, versionId: string): AsyncGenerator<Holder[]> {
  const [announcement] = await withRead(ctx, (tx) =>
    tx.db
      .select({ id: notices.id, addressKey: notices.addressKey })
      .from(notices)
      .where(and(eq(notices.versionId, versionId), eq(notices.kind, "announcement"))),
  );
  if (!announcement) return;
  const { id: noticeId, addressKey } = announcement;
  for (let last = "00000000-0000-0000-0000-000000000000"; ; ) {
    const rows = await withRead(ctx, (tx) =>
      tx.db.execute<{
        id: string;
        user: string;
        address: string;
        sealed: Buffer | null;
        language: string;
        zone: string;
        cameBack: boolean;
      }>(
        sql`select r.id, r.platform_user_id as "user", r.address, r.address_sealed as sealed, r.language, r.time_zone as zone,
                   not ${byMail} as "cameBack"
            ${told(noticeId)} and r.id > ${last} order by r.id limit ${slice}`,
      ),
    );
    const people = rows.flatMap(({ id, user, address, sealed, language, zone, cameBack }) => {
      const email = openAddress({ id, noticeId, addressKey, addressSealed: sealed, address });
      return email === null ? [] : [{ userId: user, email, language, timeZone: zone, cameBack }];
    });
    if (people.length > 0) yield people;
    if (rows.length < slice) return;
    last = String(rows.at(-1)?.id);
  }
}
