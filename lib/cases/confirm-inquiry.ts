import type { Tx } from "../db/transaction";
import { inWords } from "../in-words";
import { queueMail } from "../mail/queue-mail";
import { policyDue } from "./clocks";
import { recordEvent } from "./record-event";
import { newStatusPath } from "./status-path";

/** Confirms receipt of a question to the address that asked, and repeats nothing of it. It stops no clock (L1). */
export async function confirmInquiry(
  tx: Tx,
  inquiry: {
    caseId: string;
    reference: string;
    to: string;
    person: { id: string; timeZone: string } | null;
    receivedAt: Temporal.Instant;
    channel: "form" | "mail";
  },
): Promise<void> {
  const { caseId, reference, to, person, receivedAt, channel } = inquiry;
  await queueMail(tx, {
    template: "inquiry-received",
    to,
    personId: person?.id ?? null,
    kind: "security",
    props: {
      reference,
      replyBy: inWords(policyDue(receivedAt), person?.timeZone ?? "UTC"),
      channel,
      statusPath: await newStatusPath(tx, { id: caseId, reference }, "asker"),
    },
    idempotencyKey: `inquiry-received-${caseId}`,
  });
  await recordEvent(tx, { caseId, type: "case.acknowledged" });
}
