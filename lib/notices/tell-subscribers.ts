import { and, asc, eq, exists, gt, isNotNull, isNull, like, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { notices, outgoingMails, policySubscribers, policyVersions } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { inWords } from "../in-words";
import { queueMail } from "../mail/queue-mail";
import { highlightsOf } from "../policy/queries";
import { wordsOf } from "./mail-writer";
import { openSubscriber } from "./subscriber";

const pageSize = 200;

/** Under it the announcement goes to one subscriber, once. */
const keyOf = (noticeId: string, subscriberId: string) => `subscriber/${noticeId}/${subscriberId}`;

/**
 * Job: queues one mail about an announced version for every confirmed subscriber, or about its withdrawal for those to
 * whom the announcement went or may have gone; once for each however often it runs. They are not in the ledger: nobody
 * owes them a notice, and the gate does not wait for them. Spread over time at one mail a second, so that neither the
 * notice itself nor sign-in mail waits behind them (R6).
 * @param input.noticeId the announcement's
 */
export async function tellSubscribers(
  ctx: Ctx,
  { noticeId, withdrawn = false }: { noticeId: string; withdrawn?: boolean },
): Promise<void> {
  const write = await writerOf(ctx, noticeId, withdrawn);
  if (!write) return;
  if (withdrawn) await dropUnsent(ctx, noticeId);
  let after: string | null = null;
  for (let told = 0; ; ) {
    const last: string | null = after;
    const page: { id: string }[] = await withTransaction(ctx, async (tx) => {
      const rows = await tx.db
        .select()
        .from(policySubscribers)
        .where(
          and(
            isNotNull(policySubscribers.confirmedAt),
            last ? gt(policySubscribers.id, last) : undefined,
            withdrawn ? wasTold(tx, noticeId) : undefined,
          ),
        )
        .orderBy(asc(policySubscribers.id))
        .limit(pageSize);
      for (const [index, row] of rows.entries()) await write(tx, row, tx.now.add({ seconds: told + index }));
      return rows;
    });
    if (page.length === 0) return;
    told += page.length;
    after = page.at(-1)?.id ?? null;
  }
}

type Subscriber = typeof policySubscribers.$inferSelect;

/** What queues one subscriber's mail; null when there is nothing to say any more. */
async function writerOf(ctx: Ctx, noticeId: string, withdrawn: boolean) {
  const [row] = await withRead(ctx, (tx) =>
    tx.db
      .select({ version: policyVersions })
      .from(notices)
      .innerJoin(policyVersions, eq(policyVersions.id, notices.versionId))
      .where(eq(notices.id, noticeId)),
  );
  const version = row?.version;
  if (!version?.effectiveAt || (version.withdrawnAt !== null) !== withdrawn) return null;
  const { number, effectiveAt } = version;
  const { zone } = config.clocks;
  const highlights = withdrawn ? [] : (await highlightsOf(ctx, version.id)).map(({ sentence }) => sentence);
  return (tx: Tx, subscriber: Subscriber, startAfter: Temporal.Instant): Promise<void> => {
    const to = { to: openSubscriber(subscriber), subscriberId: subscriber.id, startAfter };
    const key = keyOf(noticeId, subscriber.id);
    if (withdrawn) {
      const props = { number, ...wordsOf(effectiveAt, zone), address: null };
      return queueMail(tx, { ...to, template: "policy-withdrawn", props, idempotencyKey: `${key}/withdrawn` });
    }
    const props = { number, effective: inWords(effectiveAt, zone), highlights };
    return queueMail(tx, { ...to, template: "policy-change", props, idempotencyKey: key });
  };
}

/** Nobody hears of a version after it was withdrawn. */
const dropUnsent = (ctx: Ctx, noticeId: string) =>
  withTransaction(ctx, (tx) =>
    tx.db
      .update(outgoingMails)
      .set({ skippedAt: tx.now, sealed: null })
      .where(
        and(
          eq(outgoingMails.template, "policy-change"),
          like(outgoingMails.idempotencyKey, keyOf(noticeId, "%")),
          isNull(outgoingMails.firstAttemptAt),
        ),
      ),
  );

/** Those whose mail was handed to the service at least once, whatever it answered. */
const wasTold = (tx: Tx, noticeId: string) =>
  exists(
    tx.db
      .select({ id: outgoingMails.id })
      .from(outgoingMails)
      .where(
        and(
          eq(outgoingMails.idempotencyKey, sql`${keyOf(noticeId, "")} || ${policySubscribers}."id"::text`),
          isNotNull(outgoingMails.firstAttemptAt),
        ),
      ),
  );
