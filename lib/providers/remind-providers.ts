import { and, isNotNull, isNull, lte, ne, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { providerErasures } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { timestamptz } from "../db/types";
import { enqueue } from "../jobs/queue";
import { queueMail } from "../mail/queue-mail";

/**
 * Job, every day: asks each provider again that has not answered for `providerAnswers.remindDays`. One that took our message gets
 * a reminder without personal data; one that could not be reached gets the message again; of what staff have to do, the
 * privacy mailbox gets the numbers. Run twice, it reminds once.
 */
export async function remindProviders(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const open = and(
      isNotNull(providerErasures.owedAt),
      isNull(providerErasures.answeredAt),
      ne(providerErasures.way, "none"),
    );
    const before = tx.now.subtract({ hours: config.providerAnswers.remindDays * 24 });
    const rows = await tx.db
      .update(providerErasures)
      .set({ remindedAt: tx.now, reminders: sql`${providerErasures.reminders} + 1` })
      .where(
        and(open, sql`coalesce(${providerErasures.remindedAt}, ${providerErasures.owedAt}) <= ${timestamptz(before)}`),
      )
      .returning();
    for (const { id, way, toldAt, toldBy, reminders } of rows) {
      if (way !== "webhook" || toldBy) continue;
      await enqueue(tx, "provider.tell", toldAt ? { erasureId: id, reminder: reminders } : { erasureId: id });
    }
    if (rows.length === 0) return;
    await recordAudit(tx, {
      action: "providers.reminded",
      object: { type: "provider", id: "all" },
      payload: { reminded: rows.length },
    });
    // What no call settles: told by hand, to be told by hand, or out of reach.
    const mine = rows.filter(({ way, toldAt, toldBy }) => way === "manual" || toldBy !== null || toldAt === null);
    if (mine.length === 0) return;
    const [overdue] = await tx.db
      .select({ count: sql<number>`count(*)::int` })
      .from(providerErasures)
      .where(and(open, lte(providerErasures.dueAt, tx.now)));
    await queueMail(tx, {
      template: "provider-tasks",
      to: config.company.privacyMailbox,
      props: { open: mine.length, overdue: overdue?.count ?? 0 },
      idempotencyKey: `provider-tasks-${tx.now.toString().slice(0, 10)}`,
    });
  });
}
