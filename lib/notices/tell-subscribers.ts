import { and, asc, eq, gt, isNotNull } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { notices, policySubscribers, policyVersions } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { inWords } from "../in-words";
import { queueMail } from "../mail/queue-mail";
import { highlightsOf } from "../policy/queries";
import { openSubscriber } from "./subscriber";

const pageSize = 200;

/**
 * Job: queues one mail about an announced version for every confirmed subscriber, once for each however often it runs.
 * They are not in the ledger: nobody owes them a notice, and the gate does not wait for them. Spread over time at one mail
 * a second, so that neither the notice itself nor sign-in mail waits behind them (R6).
 */
export async function tellSubscribers(ctx: Ctx, { noticeId }: { noticeId: string }): Promise<void> {
  const version = await withRead(ctx, async (tx) => {
    const [row] = await tx.db
      .select({ version: policyVersions })
      .from(notices)
      .innerJoin(policyVersions, eq(policyVersions.id, notices.versionId))
      .where(eq(notices.id, noticeId));
    return row?.version.withdrawnAt ? null : row?.version;
  });
  if (!version?.effectiveAt) return;
  const highlights = (await highlightsOf(ctx, version.id)).map(({ sentence }) => sentence);
  const props = { number: version.number, effective: inWords(version.effectiveAt, config.clocks.zone), highlights };
  let after: string | null = null;
  for (let told = 0; ; ) {
    const last: string | null = after;
    const page: { id: string }[] = await withTransaction(ctx, async (tx) => {
      const rows = await tx.db
        .select()
        .from(policySubscribers)
        .where(and(isNotNull(policySubscribers.confirmedAt), last ? gt(policySubscribers.id, last) : undefined))
        .orderBy(asc(policySubscribers.id))
        .limit(pageSize);
      for (const [index, row] of rows.entries())
        await queueMail(tx, {
          template: "policy-change",
          to: openSubscriber(row),
          subscriberId: row.id,
          props,
          idempotencyKey: `subscriber/${noticeId}/${row.id}`,
          startAfter: tx.now.add({ seconds: told + index }),
        });
      return rows;
    });
    if (page.length === 0) return;
    told += page.length;
    after = page.at(-1)?.id ?? null;
  }
}
