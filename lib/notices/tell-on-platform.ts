import { eq, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { putPlatformMessages } from "../data-map/platform-outbox";
import { notices, policyVersions } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { timestamptz } from "../db/types";
import { env } from "../env";
import { highlightsOf } from "../policy/queries";
import { wordsOf } from "./mail-writer";
import { refreshGate } from "./refresh-gate";

const pageSize = 200;

type Put = (messages: Parameters<typeof putPlatformMessages>[0]) => Promise<Set<string>>;

/**
 * Job: puts the notice's message on the platform for everybody whom its mail did not reach; their notice period begins
 * then. The row's id is the second way's, so that a run which died in between writes no second message. Somebody without
 * an open account becomes a task of staff.
 * @param put tests give a platform that fails
 * @throws when the platform cannot be reached: the job tries again
 */
export async function tellOnPlatform(
  ctx: Ctx,
  { noticeId }: { noticeId: string },
  put: Put = putPlatformMessages,
): Promise<void> {
  const message = await messageOf(ctx, noticeId);
  if (!message) return;
  for (;;) {
    const page = await withRead(ctx, (tx) =>
      tx.db.execute<{ id: string; user: string; zone: string }>(sql`
        select w.id, r.platform_user_id as user, r.time_zone as zone
        from notice_second_ways w join notice_recipients r on r.id = w.recipient_id
        where r.notice_id = ${noticeId} and w.way = 'platform-message' and w.told_at is null
        order by w.id limit ${pageSize}`),
    );
    if (page.length === 0) break;
    const at = Temporal.Now.instant();
    const texts = new Map(page.map(({ id, zone }) => [id, message(zone)]));
    const there = await put(
      page.map(({ id, user }) => ({ id, platformUserId: user, at, ...(texts.get(id) ?? message("UTC")) })),
    );
    const rows = page.map(({ id }) => {
      const { title, body, link } = texts.get(id) ?? message("UTC");
      return { id, told: there.has(id), hash: sha256Hex(JSON.stringify([title, body, link])) };
    });
    await withTransaction(ctx, async (tx) => {
      await tx.db.execute(sql`
        update notice_second_ways w set
          told_at = case when u.told then ${timestamptz(tx.now)} end,
          text_sha256 = case when u.told then u.hash end,
          way = case when u.told then w.way else 'staff' end,
          failure = case when u.told then null else 'no-account' end
        from json_to_recordset(${JSON.stringify(rows)}::text::json) as u(id uuid, told boolean, hash text)
        where w.id = u.id and w.told_at is null`);
      await recordAudit(tx, {
        action: "notice.told-on-platform",
        object: { type: "notice", id: noticeId },
        payload: { messages: there.size, withoutAccount: page.length - there.size },
      });
    });
  }
  await withTransaction(ctx, (tx) => refreshGate(tx, noticeId));
}

/** What the message says to somebody in a zone; null when nobody is told of the version any more. */
async function messageOf(ctx: Ctx, noticeId: string) {
  const version = await withRead(ctx, async (tx) => {
    const [row] = await tx.db
      .select({ version: policyVersions })
      .from(notices)
      .innerJoin(policyVersions, eq(policyVersions.id, notices.versionId))
      .where(eq(notices.id, noticeId));
    return row?.version;
  });
  if (!version?.effectiveAt || version.withdrawnAt) return null;
  const { number, effectiveAt } = version;
  const changes = (await highlightsOf(ctx, version.id)).map(({ sentence }) => `- ${sentence}`);
  const link = `${env().APP_URL}/privacy/versions/${number}`;
  return (zone: string) => {
    const { effective, day } = wordsOf(effectiveAt, zone);
    const body = [
      `We could not reach you by mail. Version ${number} of the privacy policy takes effect on ${effective}.`,
      ...(changes.length > 0 ? ["What changes:", ...changes] : []),
      `Using ${config.company.productName} after that counts as accepting it.`,
    ].join("\n");
    return { title: `Our privacy policy changes on ${day}`, body, link };
  };
}
