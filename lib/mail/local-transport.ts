import { eq, like } from "drizzle-orm";
import { systemCtx } from "../context";
import { mailbox } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { newId } from "../ids";
import type { MailMessage } from "./message";
import type { Transport } from "./transport";

/**
 * The mailbox in the database, used while no mail service is configured: a mail in it is delivered.
 * It answers like the service: the same key gives the same ids and no second mail.
 */
export const localTransport: Transport = {
  async send(path, body, key, template) {
    const parsed = JSON.parse(String(body)) as MailMessage | MailMessage[];
    const mails = Array.isArray(parsed) ? parsed : [parsed];
    const keyOf = (index: number) => (path === "/emails" ? key : `${key}#${String(index).padStart(3, "0")}`);
    const ids = await withTransaction(systemCtx("mailbox"), async (tx) => {
      const rows = mails.map((mail, index) => ({
        providerId: newId(),
        idempotencyKey: keyOf(index),
        recipient: mail.to[0],
        subject: mail.subject,
        html: mail.html,
        text: mail.text,
        headers: { From: mail.from, "Reply-To": mail.reply_to, ...mail.headers },
        template,
        sentAt: tx.now,
      }));
      const made = await tx.db.insert(mailbox).values(rows).onConflictDoNothing().returning({ id: mailbox.providerId });
      if (made.length === rows.length) return rows.map((row) => row.providerId);
      const known = await tx.db
        .select({ key: mailbox.idempotencyKey, id: mailbox.providerId })
        .from(mailbox)
        .where(
          path === "/emails"
            ? eq(mailbox.idempotencyKey, key)
            : like(mailbox.idempotencyKey, `${key.replace(/[\\%_]/g, "\\$&")}#%`),
        );
      const byKey = new Map(known.map((row) => [row.key, row.id]));
      return rows.map((row) => byKey.get(row.idempotencyKey) ?? null);
    });
    return { kind: "accepted", ids, pace: { waitMs: 0, room: 1 }, delivered: true };
  },
};
