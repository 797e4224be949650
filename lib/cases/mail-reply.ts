import type { Tx } from "../db/transaction";
import { queueMail } from "../mail/queue-mail";
import type { CaseRow } from "./change-case";
import type { mailTargetOf } from "./contact";
import { statusPathFor } from "./status-path";

type Reply = {
  messageId: string;
  asksBack?: boolean;
  /** Goes into the mail itself; null when it only says that there is a reply (docs/decisions/case-mail.md). */
  text?: string | null;
  /** By default owed, whatever they prefer: the answer to a right, and their data may change by somebody else's hand. */
  kind?: "security" | "case-updates";
};

/** Tells who asked that a person's reply stands on the page of their request; one that nobody is told of is none. */
export async function mailReply(
  tx: Tx,
  row: CaseRow,
  target: Awaited<ReturnType<typeof mailTargetOf>>,
  { messageId, asksBack = false, text = null, kind = "security" }: Reply,
): Promise<void> {
  if (!target) return;
  await queueMail(tx, {
    ...{ template: "case-reply", to: target.to, personId: target.personId, kind },
    props: {
      ...{ reference: row.reference, kind: row.kind, asksBack, text },
      statusPath: await statusPathFor(tx, row),
    },
    idempotencyKey: `case-reply-${messageId}`,
  });
}
