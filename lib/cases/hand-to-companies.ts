import { recordAudit } from "../audit/record";
import { sha256Hex } from "../crypto/hash";
import type { Tx } from "../db/transaction";
import { enqueue } from "../jobs/queue";
import { queueMail } from "../mail/queue-mail";
import type { CaseRow } from "./change-case";
import { endCase } from "./end-case";
import type { CompanyToTell } from "./find-companies";
import { recordEvent } from "./record-event";
import { tellCompany } from "./tell-company";

/**
 * Hands a request of somebody who is only named by companies to each of them, and ends it here at once (L11): the owners get a
 * mail and a task with what was asked, whoever asked is told by mail who answers and how. Here nothing stays but that it was so, and
 * when: name, address and thread are removed by a job, and the words lie with the task, sealed, until it is done or for 90 days.
 * @param handed.passedBy the member of staff who did it; null when it was done at once
 */
export async function handToCompanies(
  tx: Tx,
  {
    row,
    companies,
    asker,
    passedBy,
  }: {
    /** Locked. */
    row: CaseRow;
    companies: readonly CompanyToTell[];
    asker: { email: string; name: string | null; text: string };
    passedBy: string | null;
  },
): Promise<void> {
  const { id: caseId, reference } = row;
  const told = companies.filter(({ owners }) => owners.length > 0);
  for (const company of told) await tellCompany(tx, { caseId, reference, passedBy }, company, asker);
  await tellAsker(tx, { caseId, reference, companies, email: asker.email, agent: false });
  await endCase(tx, row, {
    ...{ decision: "completed", decidedBy: passedBy, approvalGround: "passed-on", answers: true },
  });
  await recordEvent(tx, { caseId, type: "case.decided", detail: { decision: "completed", ground: "passed-on" } });
  await recordAudit(tx, {
    action: "case.decided",
    object: { type: "case", id: caseId },
    payload: { decision: "completed", ground: "passed-on", companies: told.length },
  });
  await enqueue(tx, "case.empty", { caseId });
}

/** By mail to the address that the companies name, and nowhere else (S16). */
export async function tellAsker(
  tx: Tx,
  told: { caseId: string; reference: string; companies: readonly CompanyToTell[]; email: string; agent: boolean },
): Promise<void> {
  const props = {
    reference: told.reference,
    agent: told.agent,
    companies: told.companies.map(({ name, owners }) => ({ name, told: owners.length > 0 })),
  };
  await queueMail(tx, {
    ...{ template: "request-passed-on", to: told.email, kind: "security", props },
    // Once for the same companies: who heard that nobody could be told hears it when somebody was.
    idempotencyKey: `request-passed-on-${told.caseId}-${sha256Hex(props.companies.map(({ name, told: is }) => `${name} ${is}`).join("\n"))}`,
  });
}
