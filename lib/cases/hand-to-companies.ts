import { recordAudit } from "../audit/record";
import type { Tx } from "../db/transaction";
import { queueMail } from "../mail/queue-mail";
import { changeCase } from "./change-case";
import type { CompanyToTell } from "./find-companies";
import { recordEvent } from "./record-event";
import { stopClocks } from "./run-clocks";
import { tellCompany } from "./tell-company";

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
  for (const company of told) await tellCompany(tx, { caseId, reference, passedBy: null }, company, asker);
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
