import { inboundMails } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";

/**
 * Puts on record that a mail waits at the mail service, and the job that fetches it: its id alone, in the transaction of the
 * report. Reported twice it is one mail.
 */
export async function noteInbound(tx: Tx, mail: { providerId: string; receivedAt: Temporal.Instant }): Promise<void> {
  // What a clock elsewhere says may lie ahead of ours; nobody is given more time by that.
  const receivedAt = Temporal.Instant.compare(mail.receivedAt, tx.now) > 0 ? tx.now : mail.receivedAt;
  const [made] = await tx.db
    .insert(inboundMails)
    .values({ id: newId(), providerId: mail.providerId, receivedAt })
    .onConflictDoNothing()
    .returning({ id: inboundMails.id });
  if (made) await enqueue(tx, "mail.receive", { inboundId: made.id });
}
