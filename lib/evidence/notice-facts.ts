import { asc, eq, sql } from "drizzle-orm";
import { noticeContents, noticeExceptions, notices, noticeZones, policyVersions } from "../db/schema";
import type { Tx } from "../db/transaction";
import { envelopeNow, mailFrame } from "../notices/mail-frame";
import { wordsOf } from "../notices/mail-writer";

export type Facts = [type: string, facts: Record<string, unknown>];

type Scope = {
  /** Only what concerns one recipient: their language and zone, no exceptions. */
  recipient?: { language: string; timeZone: string };
};

/** What a notice's file says before its recipients: the notice, who approved, exceptions, the mails, the zones. */
export async function noticeFacts(tx: Tx, noticeId: string, { recipient }: Scope = {}): Promise<Facts[]> {
  const [row] = await tx.db
    .select({ notice: notices, version: policyVersions })
    .from(notices)
    .innerJoin(policyVersions, eq(policyVersions.id, notices.versionId))
    .where(eq(notices.id, noticeId));
  if (!row) return [];
  const { notice, version } = row;
  const { number, title, sha256, announcedAt, effectiveAt, withdrawnAt } = version;
  if (!effectiveAt) return [];
  const facts: Facts[] = [
    [
      "notice",
      {
        notice: noticeId,
        kind: notice.kind,
        version: { number, title, sha256, announcedAt, effectiveAt, withdrawnAt },
        announcedAt: notice.createdAt,
        ...(recipient
          ? {}
          : { announcedBy: notice.createdBy, stopReason: notice.stopReason, ...(await approvals(tx, version.id)) }),
        recipientsFrozenAt: notice.frozenAt,
        startedAt: notice.startedAt,
        completedAt: notice.completedAt,
        stoppedAt: notice.stoppedAt,
        everybodyHadTheNoticePeriodAt: notice.gateOpensAt,
        evidenceClearedAt: notice.evidenceClearedAt,
      },
    ],
  ];
  if (!recipient) {
    const exceptions = await tx.db
      .select()
      .from(noticeExceptions)
      .where(eq(noticeExceptions.noticeId, noticeId))
      .orderBy(asc(noticeExceptions.requestedAt));
    for (const { noticeId: notice, ...exception } of exceptions) facts.push(["exception", { notice, ...exception }]);
  }
  const contents = await tx.db
    .select()
    .from(noticeContents)
    .where(eq(noticeContents.noticeId, noticeId))
    .orderBy(asc(noticeContents.language));
  const zones = await tx.db
    .select()
    .from(noticeZones)
    .where(eq(noticeZones.noticeId, noticeId))
    .orderBy(asc(noticeZones.timeZone));
  for (const content of contents.filter((one) => !recipient || one.language === recipient.language)) {
    const template = mailFrame(noticeId, content, content.envelope ?? envelopeNow());
    facts.push(["mail", { notice: noticeId, language: content.language, template, contentSha256: content.sha256 }]);
  }
  // A notice from before the wording was kept: as it would be written today.
  const missing = zones.length === 0 ? await zonesOf(tx, noticeId) : [];
  const all = [...zones, ...missing.map((timeZone) => ({ timeZone, ...wordsOf(effectiveAt, timeZone) }))];
  for (const { timeZone, effective, day } of all.filter((one) => !recipient || one.timeZone === recipient.timeZone)) {
    facts.push(["zone", { notice: noticeId, timeZone, effective, day }]);
  }
  return facts;
}

/** Two people for each version (S15): who wrote it, who approved it, and the hash the approval is bound to. */
async function approvals(tx: Tx, versionId: string): Promise<{ approvals: unknown[] }> {
  const rows = await tx.db.execute(sql`
    select author_id as author, approver_id as approver, bound_to as "boundTo", approved_at as "approvedAt"
    from policy_approvals where version_id = ${versionId} and voided_at is null order by approved_at`);
  return { approvals: [...rows] };
}

async function zonesOf(tx: Tx, noticeId: string): Promise<string[]> {
  const rows = await tx.db.execute<{ zone: string }>(
    sql`select distinct time_zone as zone from notice_recipients where notice_id = ${noticeId} order by 1`,
  );
  return rows.map(({ zone }) => zone);
}
