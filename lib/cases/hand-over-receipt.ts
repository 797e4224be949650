import type { cases } from "../db/schema";
import type { Tx } from "../db/transaction";
import { makeReceipt } from "../erasure/make-receipt";
import { inWords } from "../in-words";
import { queueMail } from "../mail/queue-mail";
import { findSubject } from "./find-subject";

type Case = Pick<typeof cases.$inferSelect, "id" | "reference" | "scope" | "subjectId">;

/**
 * Makes a deletion's receipt and mails where it lies to the address as it is known now: nothing of the person need be left
 * afterwards. The mail holds the address sealed until it is sent, and belongs to nobody.
 */
export async function handOverReceipt(tx: Tx, { id, reference, scope, subjectId }: Case): Promise<void> {
  const made = await makeReceipt(tx, id);
  const subject = subjectId ? await findSubject(tx, subjectId) : null;
  if (!made || !subject) return;
  await queueMail(tx, {
    template: "erasure-receipt",
    to: subject.email,
    props: {
      ...{ reference, scope, token: made.token, carriedOut: inWords(tx.now, subject.timeZone) },
      backupsAgedOut: inWords(Temporal.Instant.from(made.backupsAgedOutBy), subject.timeZone),
    },
    idempotencyKey: `erasure-receipt-${id}-${made.edition}`,
  });
}
