import type { Tx } from "../db/transaction";
import { appealEnds, canAppeal } from "./appeal-case";
import { iso } from "./case-view";
import type { CaseRow } from "./change-case";
import { type AppealRow, newestAppeal } from "./review-appeal";

export type AppealView = {
  /** Until when the refusal that stands can be appealed; null when it cannot. */
  until: string | null;
  /** The newest appeal. */
  last: {
    decision: AppealRow["decision"];
    ground: string | null;
    /** Who decided first: for the desk, which says to them that they may not decide again. */
    decidedBy: string | null;
    decidedAt: string;
    appealedAt: string;
    reviewedAt: string | null;
    outcome: AppealRow["outcome"];
  } | null;
};

/** What can be said of appeals on a case. */
export async function appealOf(tx: Tx, row: CaseRow): Promise<AppealView> {
  const last = await newestAppeal(tx, row.id);
  const until = row.decidedAt && (await canAppeal(tx, row)) ? appealEnds(row.decidedAt).toString() : null;
  return {
    until,
    last: last
      ? {
          ...{ decision: last.decision, ground: last.ground, decidedBy: last.decidedBy, outcome: last.outcome },
          ...{ decidedAt: last.decidedAt.toString(), appealedAt: last.appealedAt.toString() },
          reviewedAt: iso(last.reviewedAt),
        }
      : null,
  };
}
