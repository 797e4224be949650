import { and, asc, desc, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { streamAudience } from "../data-map/audience";
import type { PlatformPerson } from "../data-map/find-platform-person";
import { highlights, noticeContents, noticeRecipients, notices, policyVersions } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { faultPoint } from "../faults";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";
import { mailAddress } from "../mail/mail-address";
import { freezeBatch } from "./freeze-batch";
import { renderNotice } from "./personal-mail";

type Audience = () => AsyncIterable<PlatformPerson[]>;

/**
 * Takes the list of recipients from the platform, one ledger row each, then freezes every mail's bytes
 * in batches of 100, and only then lets the delivery begin (R4). Memory stays flat whatever their number.
 * Killed at any point, the next run goes on where it stood; run again when all is frozen, it changes nothing.
 * @param audience where the holders come from; tests give their own
 */
export async function freezeRecipients(
  ctx: Ctx,
  { noticeId }: { noticeId: string },
  audience: Audience = streamAudience,
): Promise<void> {
  const notice = await withRead(ctx, async (tx) => {
    const [row] = await tx.db.select().from(notices).where(eq(notices.id, noticeId));
    return row;
  });
  if (!notice || notice.stoppedAt || notice.startedAt) return;
  if (!notice.frozenAt) {
    await storeContents(ctx, notice.versionId, noticeId);
    for await (const people of audience()) {
      await storeRecipients(ctx, noticeId, people);
      await faultPoint("notice.recipients");
    }
    await closeList(ctx, noticeId);
    await faultPoint("notice.frozen");
  }
  while (await freezeBatch(ctx, noticeId)) await faultPoint("notice.batch-frozen");
  await withTransaction(ctx, async (tx) => {
    const [row] = await tx.db
      .update(notices)
      .set({ startedAt: tx.now })
      .where(and(eq(notices.id, noticeId), isNull(notices.startedAt), isNull(notices.stoppedAt)))
      .returning({ id: notices.id });
    if (row) await enqueue(tx, "notice.deliver", { noticeId });
  });
}

/** The announcement in each configured language, written once. */
async function storeContents(ctx: Ctx, versionId: string, noticeId: string): Promise<void> {
  const { version, previous, rows } = await withRead(ctx, async (tx) => {
    const [version] = await tx.db.select().from(policyVersions).where(eq(policyVersions.id, versionId));
    if (!version) throw new Error("the notice's version is gone");
    const [previous] = await tx.db
      .select({ number: policyVersions.number })
      .from(policyVersions)
      .where(
        and(
          lt(policyVersions.number, version.number),
          isNotNull(policyVersions.announcedAt),
          isNull(policyVersions.withdrawnAt),
        ),
      )
      .orderBy(desc(policyVersions.number))
      .limit(1);
    const rows = await tx.db
      .select()
      .from(highlights)
      .where(eq(highlights.versionId, versionId))
      .orderBy(asc(highlights.position));
    return { version, previous: previous?.number ?? null, rows };
  });
  for (const language of config.languages) {
    const content = await renderNotice(language, { number: version.number, previous }, rows);
    const sha256 = sha256Hex(JSON.stringify([content.subject, content.html, content.text]));
    await withTransaction(ctx, (tx) =>
      tx.db
        .insert(noticeContents)
        .values({ noticeId, ...content, sha256 })
        .onConflictDoNothing(),
    );
  }
}

/** One row for each person; an address that no mail can reach is on record at once, not found out later. */
async function storeRecipients(ctx: Ctx, noticeId: string, people: PlatformPerson[]): Promise<void> {
  if (people.length === 0) return;
  await withTransaction(ctx, async (tx) => {
    const [open] = await tx.db
      .select({ frozenAt: notices.frozenAt })
      .from(notices)
      .where(eq(notices.id, noticeId))
      .for("share");
    // Another run closed the list in the meantime: nobody is added afterwards.
    if (!open || open.frozenAt) return;
    const languages: readonly string[] = config.languages;
    const rows = people.map((person) => {
      const reachable = mailAddress(person.email) !== null;
      return {
        id: newId(),
        noticeId,
        platformUserId: person.userId,
        address: person.email,
        language: languages.includes(person.language) ? person.language : config.languages[0],
        timeZone: person.timeZone,
        ...(reachable ? {} : { state: "failed" as const, failure: "address", failedAt: tx.now }),
      };
    });
    await tx.db.insert(noticeRecipients).values(rows).onConflictDoNothing();
  });
}

async function closeList(ctx: Ctx, noticeId: string): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const [closed] = await tx.db
      .update(notices)
      .set({ frozenAt: tx.now })
      .where(and(eq(notices.id, noticeId), isNull(notices.frozenAt)))
      .returning({ id: notices.id });
    if (!closed) return;
    await tx.db.execute(sql`
      update notice_recipients r set person_id = p.id from people p
      where r.notice_id = ${noticeId} and p.platform_user_id = r.platform_user_id`);
    const [counts] = await tx.db.execute<{ total: string; failed: string }>(sql`
      select count(*)::text as total, (count(*) filter (where state = 'failed'))::text as failed
      from notice_recipients where notice_id = ${noticeId}`);
    await recordAudit(tx, {
      action: "notice.frozen",
      object: { type: "notice", id: noticeId },
      payload: { recipients: Number(counts?.total), unreachable: Number(counts?.failed) },
    });
  });
}
