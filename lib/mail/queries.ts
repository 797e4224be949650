import { and, desc, eq, lt } from "drizzle-orm";
import { type Ctx, systemCtx } from "../context";
import { mailbox, mailPreferences } from "../db/schema";
import { withRead } from "../db/transaction";
import { env } from "../env";
import { type OptionalKind, optionalKinds } from "./optional-kinds";

/** Which optional mails the person gets. */
export function wantedKinds(ctx: Ctx): Promise<OptionalKind[]> {
  const { actor } = ctx;
  if (actor.kind !== "holder") return Promise.resolve([]);
  return withRead(ctx, async (tx) => {
    const out = await tx.db
      .select({ kind: mailPreferences.kind })
      .from(mailPreferences)
      .where(eq(mailPreferences.personId, actor.personId));
    return optionalKinds.filter((kind) => !out.some((row) => row.kind === kind));
  });
}

export type MailboxRow = Pick<typeof mailbox.$inferSelect, "id" | "recipient" | "subject" | "template" | "sentAt">;
export type MailboxMail = typeof mailbox.$inferSelect;

/** The local mailbox is everybody's where it exists, and exists only in the demo and in tests. */
export const mailboxIsOpen = (): boolean => env().TRUST_CENTER_MODE !== "production";

/** Mails of the local mailbox, newest first. Null in production. @param input.before the last id of the page before */
export async function mailboxPage(input: {
  to?: string | undefined;
  before?: number | undefined;
  limit?: number;
}): Promise<MailboxRow[] | null> {
  if (!mailboxIsOpen()) return null;
  return withRead(systemCtx("dev:mailbox"), (tx) =>
    tx.db
      .select({
        id: mailbox.id,
        recipient: mailbox.recipient,
        subject: mailbox.subject,
        template: mailbox.template,
        sentAt: mailbox.sentAt,
      })
      .from(mailbox)
      .where(
        and(
          input.to ? eq(mailbox.recipient, input.to.trim()) : undefined,
          input.before ? lt(mailbox.id, input.before) : undefined,
        ),
      )
      .orderBy(desc(mailbox.id))
      .limit(input.limit ?? 30),
  );
}

/** One mail of the local mailbox; null when there is none, and always in production. */
export async function mailboxMail(id: string): Promise<MailboxMail | null> {
  if (!mailboxIsOpen() || !/^[1-9]\d{0,14}$/.test(id)) return null;
  return withRead(systemCtx("dev:mailbox"), async (tx) => {
    const [mail] = await tx.db
      .select()
      .from(mailbox)
      .where(eq(mailbox.id, Number(id)));
    return mail ?? null;
  });
}
