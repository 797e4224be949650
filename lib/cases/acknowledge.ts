import type { Tx } from "../db/transaction";
import { inWords } from "../in-words";
import { queueMail } from "../mail/queue-mail";
import { type CaseKind, policyDue } from "./clocks";
import type { Subject } from "./find-subject";
import { recordEvent } from "./record-event";

/** The automatic confirmation of receipt of a request in words. It stops no clock but the one that asks for exactly this (L1). */
export async function acknowledge(
  tx: Tx,
  received: { caseId: string; reference: string; kind: CaseKind; subject: Subject },
): Promise<void> {
  const { caseId, reference, kind, subject } = received;
  await queueMail(tx, {
    template: "case-received",
    to: subject.email,
    personId: subject.personId,
    kind: "case-updates",
    props: { reference, kind, replyBy: inWords(policyDue(tx.now), subject.timeZone) },
    idempotencyKey: `case-received-${caseId}`,
  });
  await recordEvent(tx, { caseId, type: "case.acknowledged" });
}
