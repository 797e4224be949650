import type { Tx } from "../db/transaction";
import { type CaseRow, changeCase } from "./change-case";
import { stopClocks } from "./run-clocks";

/** How a case ended. */
type Ending = {
  decision: NonNullable<CaseRow["decision"]>;
  /** Null where no person decided. */
  decidedBy: string | null;
  /** It was the answer, if none was given before; otherwise nothing was said. */
  answers: boolean;
} & Partial<Pick<CaseRow, "declineGround" | "approvalGround" | "mergedInto">>;

/** Ends a locked case: its clocks stop, and nobody is waited for any more. What is said, to whom and where it is noted, the caller knows. */
export async function endCase(tx: Tx, row: CaseRow, { answers, ...ending }: Ending): Promise<void> {
  await stopClocks(tx, row.id);
  await changeCase(tx, row.id, {
    ...ending,
    ...(answers ? { answeredAt: row.answeredAt ?? tx.now } : {}),
    ...{ decidedAt: tx.now, closedAt: tx.now, awaitingSubjectAt: null },
  });
}

/** Whether a closed case ended with an answer: not as spam or by its subject, nor with an older one. */
export const endedWithAnswer = ({ answeredAt, decision, declineGround, mergedInto }: CaseRow): boolean =>
  answeredAt !== null && decision !== "cancelled" && declineGround !== "spam" && mergedInto === null;
