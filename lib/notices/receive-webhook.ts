import { eq, or, sql } from "drizzle-orm";
import { z } from "zod";
import type { Ctx } from "../context";
import { noticeRecipients, outgoingMails, webhookReceipts } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { env } from "../env";
import { signedWebhookId } from "../http/signed-webhook";
import { noteInbound } from "../mail/note-inbound";
import { type DeliveryType, deliveryTypes, recordDeliveryEvent } from "./delivery-event";

/** The largest report that is read; a real one is about a kilobyte. */
export const maxWebhookBytes = 64 * 1024;

// Tags came as a list in some reports and as an object in others; both are understood.
const tags = z.union([
  z.record(z.string(), z.string()),
  z
    .array(z.object({ name: z.string(), value: z.string() }))
    .transform((list) => Object.fromEntries(list.map(({ name, value }) => [name, value]))),
]);

const report = z.object({
  type: z
    .string()
    .regex(/^[a-z_]+\.[a-z_]+$/)
    .max(60),
  created_at: z.string().max(40),
  data: z.object({ email_id: z.string().min(1).max(100).optional(), tags: tags.optional().catch(undefined) }),
});

export type WebhookAnswer = "taken" | "known" | "unknown-mail" | "forged" | "malformed";

/**
 * Takes one report of the mail service (S27). The signature over the raw body is checked first
 * (Standard Webhooks; Resend sends the same under `svix-*` names), with the timestamp within five
 * minutes; the id is kept 90 days, so a replay changes nothing. A report of a mail that came in begins
 * the job that fetches it. Reports about mails we do not know are put on record and otherwise left alone.
 */
export async function receiveWebhook(
  ctx: Ctx,
  body: string,
  header: (name: string) => string | null,
): Promise<WebhookAnswer> {
  const either = (name: string) => header(name.replace(/^webhook-/, "svix-")) ?? header(name);
  const id = signedWebhookId(env().RESEND_WEBHOOK_SECRET, body, either);
  if (id === null) return "forged";
  const parsed = report.safeParse(parseJson(body));
  const occurredAt = parsed.success ? parseInstant(parsed.data.created_at) : null;
  if (!parsed.success || !occurredAt) return "malformed";
  const { type, data } = parsed.data;
  const providerId = data.email_id ?? "";
  const recipientTag = z.uuid().safeParse(data.tags?.recipient).data ?? null;
  return withTransaction(ctx, async (tx) => {
    const [fresh] = await tx.db
      .insert(webhookReceipts)
      .values({ id, source: "resend", type, providerId: providerId || null, receivedAt: tx.now })
      .onConflictDoNothing()
      .returning({ id: webhookReceipts.id });
    if (!fresh) return "known";
    if (providerId && type === "email.received") {
      await noteInbound(tx, { providerId, receivedAt: occurredAt });
      await tx.db.update(webhookReceipts).set({ matched: true }).where(eq(webhookReceipts.id, id));
      return "taken";
    }
    if (!providerId || !isDelivery(type)) return "unknown-mail";
    const matched =
      (await applyToRecipient(tx, { type, providerId, occurredAt, webhookId: id }, recipientTag)) ||
      (await applyToMail(tx, type, providerId));
    if (!matched) return "unknown-mail";
    await tx.db.update(webhookReceipts).set({ matched: true }).where(eq(webhookReceipts.id, id));
    return "taken";
  });
}

const isDelivery = (type: string): type is DeliveryType => (deliveryTypes as readonly string[]).includes(type);

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function parseInstant(text: string): Temporal.Instant | null {
  // Resend writes "2026-11-22 23:41:12.126+00" in some reports and ISO 8601 in others.
  const iso = text
    .trim()
    .replace(" ", "T")
    .replace(/([+-]\d{2})$/, "$1:00");
  try {
    return Temporal.Instant.from(iso);
  } catch {
    return null;
  }
}

/** By the service's id, or by our tag when its answer to the hand-over was lost. */
async function applyToRecipient(
  tx: Tx,
  event: { type: DeliveryType; providerId: string; occurredAt: Temporal.Instant; webhookId: string },
  recipientTag: string | null,
): Promise<boolean> {
  const byId = eq(noticeRecipients.providerId, event.providerId);
  const rows = await tx.db
    .select({
      id: noticeRecipients.id,
      providerId: noticeRecipients.providerId,
      earlierIds: noticeRecipients.earlierIds,
    })
    .from(noticeRecipients)
    .where(recipientTag ? or(byId, eq(noticeRecipients.id, recipientTag)) : byId);
  const exact = rows.find(({ providerId }) => providerId === event.providerId);
  const tagged = rows.find(({ id }) => id === recipientTag);
  // The mail was tried again since: what is said of an earlier attempt is evidence and decides nothing.
  const earlier = !exact && (tagged?.earlierIds?.includes(event.providerId) ?? false);
  // Otherwise a tag counts only for a row that has no id of its own yet.
  const row = exact ?? (earlier || tagged?.providerId === null ? tagged : undefined);
  if (!row) return false;
  await recordDeliveryEvent(tx, { ...event, recipientId: row.id, earlier });
  return true;
}

/** Other mails keep no history; a bounce or complaint is noted on them. */
async function applyToMail(tx: Tx, type: DeliveryType, providerId: string): Promise<boolean> {
  const bad = { "email.bounced": "bounced", "email.complained": "complained", "email.failed": "service" }[
    type as string
  ];
  const rows = await tx.db
    .update(outgoingMails)
    .set(bad ? { failure: bad, failedAt: tx.now } : { failure: sql`${outgoingMails.failure}` })
    .where(eq(outgoingMails.providerId, providerId))
    .returning({ id: outgoingMails.id });
  return rows.length > 0;
}
