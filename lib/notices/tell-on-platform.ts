import { eq, sql } from "drizzle-orm";
import { policyNoticeSubject } from "../../emails/policy-notice";
import { policyWithdrawnSubject } from "../../emails/policy-withdrawn";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { putPlatformMessages } from "../data-map/platform-outbox";
import { notices, policyVersions } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
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
 * an open account becomes a task of staff. A version that was withdrawn is told of no more, its withdrawal is.
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
  while (await withTransaction(ctx, (tx) => tellSome(tx, noticeId, message, put)));
  await withTransaction(ctx, (tx) => refreshGate(tx, noticeId));
}

/** @returns false when nobody is left */
async function tellSome(tx: Tx, noticeId: string, message: Message, put: Put): Promise<boolean> {
  if (!(await mayTell(tx, noticeId))) return false;
  const page = await tx.db.execute<{ id: string; user: string; zone: string }>(sql`
    select w.id, r.platform_user_id as user, r.time_zone as zone
    from notice_second_ways w join notice_recipients r on r.id = w.recipient_id
    where r.notice_id = ${noticeId} and w.way = 'platform-message' and w.told_at is null
    order by w.id limit ${pageSize}`);
  if (page.length === 0) return false;
  const messages = page.map(({ id, user, zone }) => ({ id, platformUserId: user, at: tx.now, ...message(zone) }));
  const there = await put(messages);
  const rows = messages.map(({ id, title, body, link }) => ({
    id,
    told: there.has(id),
    hash: sha256Hex(JSON.stringify([title, body, link])),
  }));
  await tx.db.execute(sql`
    update notice_second_ways w set
      told_at = case when u.told then greatest(${timestamptz(tx.now)}, clock_timestamp()) end,
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
  return true;
}

/**
 * Whether the notice's words still hold. Its row stays locked against a withdrawal until the page is written down, so
 * that whoever was told of a version is also told that it was withdrawn (`tellOfWithdrawal`). The one place where a call
 * to another system stands inside a transaction: its timeouts bound it, and a withdrawal that met it can be pressed again.
 */
async function mayTell(tx: Tx, noticeId: string): Promise<boolean> {
  const [notice] = await tx.db.select().from(notices).where(eq(notices.id, noticeId)).for("share");
  if (!notice) return false;
  const [version] = await tx.db.select().from(policyVersions).where(eq(policyVersions.id, notice.versionId));
  return notice.kind === "withdrawal" || version?.withdrawnAt === null;
}

type Message = (zone: string) => { title: string; body: string; link: string };

/** What the message says to somebody in a zone; null for a notice that has none. */
async function messageOf(ctx: Ctx, noticeId: string): Promise<Message | null> {
  const found = await withRead(ctx, async (tx) => {
    const [row] = await tx.db
      .select({ kind: notices.kind, version: policyVersions })
      .from(notices)
      .innerJoin(policyVersions, eq(policyVersions.id, notices.versionId))
      .where(eq(notices.id, noticeId));
    return row;
  });
  if (!found?.version.effectiveAt) return null;
  const { kind, version } = found;
  const { number, effectiveAt } = found.version;
  const changes = (await highlightsOf(ctx, version.id)).map(({ sentence }) => `- ${sentence}`);
  const announced = (effective: string) => [
    `We could not reach you by mail. Version ${number} of the privacy policy takes effect on ${effective}.`,
    ...(changes.length > 0 ? ["What changes:", ...changes] : []),
    `Using ${config.company.productName} after that counts as accepting it.`,
  ];
  const withdrawn = (effective: string) => [
    `We told you that version ${number} of the privacy policy would take effect on ${effective}. We have withdrawn it: it does not take effect on that day or any other.`,
    "The policy that holds today goes on as it is. You need to do nothing.",
  ];
  return (zone) => {
    const { effective, day } = wordsOf(effectiveAt, zone);
    const { title, lines } =
      kind === "withdrawal"
        ? { title: policyWithdrawnSubject({ day }), lines: withdrawn(effective) }
        : { title: policyNoticeSubject({ day }), lines: announced(effective) };
    return { title, body: lines.join("\n"), link: `${env().APP_URL}/privacy/versions/${number}` };
  };
}
