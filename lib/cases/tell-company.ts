import { recordAudit } from "../audit/record";
import { type RequestContent, sealRequest } from "../clients/request-content";
import { clientRequests } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import { queueMail } from "../mail/queue-mail";
import type { CompanyToTell } from "./find-companies";
import { recordEvent } from "./record-event";

/**
 * Gives a company what somebody asked who is only named by it (L11): its owners get a mail with the reference alone and a task
 * with the words, sealed, until it is done or for 90 days.
 * @param passedBy the member of staff who did it; null when it was done at once
 */
export async function tellCompany(
  tx: Tx,
  { caseId, reference, passedBy }: { caseId: string; reference: string; passedBy: string | null },
  { companyId, name, owners }: Pick<CompanyToTell, "companyId" | "name" | "owners">,
  asked: RequestContent,
): Promise<void> {
  const id = newId();
  await tx.db.insert(clientRequests).values({
    ...{ id, caseId, reference, companyId, passedAt: tx.now, passedBy },
    sealed: sealRequest(id, asked),
  });
  for (const owner of owners)
    await queueMail(tx, {
      ...{ template: "client-request", to: owner.email, kind: "security" },
      props: { reference, company: name },
      idempotencyKey: `client-request-${id}-${owner.userId}`,
    });
  await recordEvent(tx, { caseId, type: "case.passed-on", detail: { requestId: id } });
  await recordAudit(tx, {
    action: "case.passed-on",
    object: { type: "case", id: caseId },
    payload: { request: id, company: companyId, owners: owners.length },
  });
}
