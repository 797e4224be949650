import { sql } from "drizzle-orm";
import type { Tx } from "../db/transaction";
import { timestamptz } from "../db/types";

/** What the mail service reports of one mail (https://resend.com/docs/webhooks/event-types); opens and clicks are never asked for. */
export const deliveryTypes = [
  "email.sent",
  "email.delivery_delayed",
  "email.delivered",
  "email.failed",
  "email.suppressed",
  "email.bounced",
  "email.complained",
] as const;
export type DeliveryType = (typeof deliveryTypes)[number];

export type DeliveryEvent = {
  recipientId: string;
  providerId: string;
  type: DeliveryType;
  occurredAt: Temporal.Instant;
  webhookId: string;
  /** About an attempt before the newest. */
  earlier?: boolean;
};

/**
 * Adds one report to a recipient's evidence and sets the state from *all* reports of the newest attempt, so that their order of
 * arrival does not matter (S27): complained over bounced over failed over delivered over sent. A bounce
 * after a delivery counts as a bounce, since the person then has no mail.
 */
export async function recordDeliveryEvent(tx: Tx, event: DeliveryEvent): Promise<void> {
  const { recipientId, providerId, type, earlier = false } = event;
  const occurred = Temporal.Instant.compare(event.occurredAt, tx.now) > 0 ? tx.now : event.occurredAt;
  // The row's lock puts reports that arrive together one after the other.
  await tx.db.execute(sql`select 1 from notice_recipients where id = ${recipientId} for update`);
  await tx.db.execute(sql`
    insert into notice_events (recipient_id, type, attempt, occurred_at, received_at, webhook_id)
    select id, ${type}, ${earlier ? sql`greatest(1, attempt - 1)` : sql`attempt`}, ${timestamptz(occurred)}, ${timestamptz(tx.now)}, ${event.webhookId}
    from notice_recipients where id = ${recipientId} on conflict do nothing`);
  if (earlier) return;
  await tx.db.execute(sql`
    update notice_recipients r set
      provider_id = coalesce(r.provider_id, ${providerId}),
      state = case when e.complained then 'complained' when e.bounced then 'bounced' when e.failed then 'failed'
                   when e.delivered then 'delivered' when r.state in ('queued', 'failed') then 'sent' else r.state end,
      sent_at = coalesce(r.sent_at, e.first_at),
      delivered_at = e.delivered_at,
      failed_at = case when e.bounced or e.failed then coalesce(r.failed_at, e.failed_at) end,
      failure = case when e.bounced then 'bounced' when e.failed then e.failure end
    from (
      select bool_or(type = 'email.complained') as complained, bool_or(type = 'email.bounced') as bounced,
             bool_or(type in ('email.failed', 'email.suppressed')) as failed, bool_or(type = 'email.delivered') as delivered,
             case when bool_or(type = 'email.suppressed') then 'suppressed' else 'service' end as failure,
             min(occurred_at) as first_at,
             min(occurred_at) filter (where type = 'email.delivered') as delivered_at,
             min(occurred_at) filter (where type in ('email.bounced', 'email.failed', 'email.suppressed')) as failed_at
      from notice_events where recipient_id = ${recipientId}
        and attempt = (select attempt from notice_recipients where id = ${recipientId})) e
    where r.id = ${recipientId}`);
}
