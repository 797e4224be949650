import type { TemplateName, TemplateProps } from "../../emails/registry";
import { sealWithMaster } from "../crypto/seal";
import { type mailKinds, outgoingMails } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";

export type MailKind = (typeof mailKinds)[number];

/** Where the sealed address and props of one mail stand. */
export const mailPlace = (mailId: string) => ({ table: "outgoing_mails", column: "sealed", row: mailId });

/**
 * Puts a mail into the caller's transaction: it is sent exactly when that transaction commits (R1), and
 * once for one `idempotencyKey`, however often this is called. Address and props are sealed until then.
 * @param mail.kind `security` (the default) always goes out; other kinds respect the person's
 *   preferences at the moment of sending and carry a one-click way out (RFC 8058), for which `personId` is needed
 * @param mail.subscriberId a subscriber of policy changes: it goes out only while they are one, with their way out
 * @param mail.startAfter not before then
 */
export async function queueMail<T extends TemplateName>(
  tx: Tx,
  mail: {
    template: T;
    to: string;
    personId?: string | null;
    subscriberId?: string;
    props: TemplateProps<T>;
    idempotencyKey: string;
    kind?: MailKind;
    startAfter?: Temporal.Instant;
  },
): Promise<void> {
  const id = newId();
  await tx.db
    .insert(outgoingMails)
    .values({
      id,
      template: mail.template,
      personId: mail.personId ?? null,
      subscriberId: mail.subscriberId ?? null,
      kind: mail.kind ?? "security",
      sealed: sealWithMaster(mailPlace(id), JSON.stringify({ to: mail.to, props: mail.props })),
      idempotencyKey: mail.idempotencyKey,
    })
    .onConflictDoNothing();
  // When the key was known, no row has this id and the job finds nothing to do.
  await enqueue(tx, "mail.send", { mailId: id }, mail.startAfter ? { startAfter: mail.startAfter } : {});
}
