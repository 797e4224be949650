import { recordAudit } from "../audit/record";
import { sealRequest } from "../clients/request-content";
import { clientRequests } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import { queueMail } from "../mail/queue-mail";
import { changeCase } from "./change-case";
import type { CompanyToTell } from "./find-companies";
import { recordEvent } from "./record-event";
import { stopClocks } from "./run-clocks";

/**
 * Hands a request of somebody who is only named by companies to each of them, and ends it here at once (L11): the owners get a
 * mail and a task with what was asked, whoever asked is told by mail who answers and how. Here nothing stays but that it was so;
 * the words lie with the task, sealed, until it is done or for 90 days.
 */
export async function handToCompanies(
  tx: Tx,
  {
    caseId,
    reference,
    companies,
    asker,
  }: {
    caseId: string;
    reference: string;
    companies: readonly CompanyToTell[];
    asker: { email: string; name: string | null; text: string };
  },
): Promise<void> {
  const told = companies.filter(({ owners }) => owners.length > 0);
  for (const { companyId, name, owners } of told) {
    const id = newId();
    await tx.db.insert(clientRequests).values({
      ...{ id, caseId, reference, companyId, passedAt: tx.now, passedBy: null },
      sealed: sealRequest(id, asker),
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
  await tellAsker(tx, { caseId, reference, companies, email: asker.email, agent: false });
  await stopClocks(tx, caseId);
  await changeCase(tx, caseId, {
    ...{ answeredAt: tx.now, decidedAt: tx.now, decision: "completed", closedAt: tx.now },
  });
  await recordEvent(tx, { caseId, type: "case.decided", detail: { decision: "completed", ground: null } });
  await recordAudit(tx, {
    action: "case.decided",
    object: { type: "case", id: caseId },
    payload: { decision: "completed", companies: told.length },
  });
}

/** By mail to the address that the companies name, and nowhere else (S16). */
export async function tellAsker(
  tx: Tx,
  told: { caseId: string; reference: string; companies: readonly CompanyToTell[]; email: string; agent: boolean },
): Promise<void> {
  await queueMail(tx, {
    ...{ template: "request-passed-on", to: told.email, kind: "security" },
    props: {
      reference: told.reference,
      agent: told.agent,
      companies: told.companies.map(({ name, owners }) => ({ name, told: owners.length > 0 })),
    },
    idempotencyKey: `request-passed-on-${told.caseId}`,
  });
}
