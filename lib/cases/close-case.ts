import { recordAudit } from "../audit/record";
import type { Tx } from "../db/transaction";
import { queueMail } from "../mail/queue-mail";
import type { CaseRow } from "./change-case";
import { mailTargetOf } from "./contact";
import { endCase } from "./end-case";
import { addMessage } from "./message-body";
import { recordEvent } from "./record-event";
import { statusPathFor } from "./status-path";
import { type ApprovalGround, approvalGrounds, type DeclineGround } from "./words";

/** On what a case was done, or refused. */
export type Ground = DeclineGround | ApprovalGround;
const isApproval = (ground: Ground | null): ground is ApprovalGround =>
  ground !== null && Object.hasOwn(approvalGrounds, ground);

/**
 * Ends a locked case with what staff decided: puts their words into the thread, stops its clocks and tells who asked.
 * @param decided.text null where they said them before, of each part
 */
export async function closeCase(
  tx: Tx,
  row: CaseRow,
  decided: {
    decision: "approved" | "partly" | "completed" | "declined";
    /** Null only where no person decided. */
    ground: Ground | null;
    text: string | null;
    staffId: string | null;
  },
): Promise<void> {
  const { decision, ground, text, staffId } = decided;
  const caseId = row.id;
  const [declineGround, approvalGround] = isApproval(ground) ? [null, ground] : [ground, null];
  const said = text === null ? null : await addMessage(tx, { caseId, subjectId: row.subjectId, author: "staff", text });
  const words: Record<string, string> = said ? { messageId: said.messageId } : {};
  await endCase(tx, row, { decision, decidedBy: staffId, answers: true, declineGround, approvalGround });
  await recordEvent(tx, { caseId, type: "case.decided", detail: { decision, ground, ...words } });
  await recordAudit(tx, {
    action: "case.decided",
    object: { type: "case", id: caseId },
    payload: { decision, ground, ...words, characters: text?.length ?? 0 },
  });
  const target = await mailTargetOf(tx, row);
  if (!target) return;
  await queueMail(tx, {
    template: "case-decided",
    to: target.to,
    personId: target.personId,
    // The answer to a right is owed; no preference turns it off.
    kind: "security",
    props: {
      reference: row.reference,
      kind: row.kind,
      decision,
      ground: declineGround,
      text: row.kind === "inquiry" ? text : null,
      statusPath: await statusPathFor(tx, row),
    },
    idempotencyKey: `case-decided-${said?.messageId ?? `${caseId}-${row.revision}`}`,
  });
}
