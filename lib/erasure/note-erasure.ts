import type { Ctx } from "../context";
import { dataMap, homeSystem } from "../data-map/load";
import type { ReachSubject, Scope } from "../data-map/types";
import { accountClosures } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { listErasure } from "./list-erasure";
import { homeLasts } from "./may-have-lasted";
import { readBefore } from "./read-before";

type Noted = { caseId: string; reference: string; subject: ReachSubject; scope: Scope };

/** Notes once more whose accounts end, as the home system has them by now. @param lasting a pass of it lasts there already */
export type NoteAgain = (lasting: boolean) => Promise<void>;

/**
 * Notes what an erasure would otherwise take with it, before anything is erased: when the accounts were closed, for the receipt,
 * the accounts that end with it, and the person on the list that is applied again after a restore. Safe to run again; once anything lasts
 * in the home system no more is read of it than who has come since, since what is there may be what it left.
 * @returns to be called just before anything lasts in the home system: whoever left meanwhile does not end with it
 * @throws SuppressionError when the list cannot be written; then nothing may be erased
 */
export async function noteErasure(ctx: Ctx, { caseId, reference, subject, scope }: Noted): Promise<NoteAgain> {
  const map = dataMap();
  const lasts = await homeLasts(ctx, caseId);
  const before = lasts ? null : await readBefore(map, subject, scope);
  if (before) {
    const { accountClosedAt, companyClosedAt } = before;
    await withTransaction(ctx, (tx) =>
      tx.db
        .insert(accountClosures)
        .values({ caseId, accountClosedAt, companyClosedAt, notedAt: tx.now })
        .onConflictDoNothing(),
    );
  }
  const note = (anew: boolean) =>
    listErasure(ctx, {
      ...{ home: homeSystem(map), endedBy: caseId, anew, reference, scope, person: subject.platformUserId },
      company: scope === "company" ? subject.platformCompanyId : null,
      ...{ marks: before?.marks ?? [], identities: before?.identities ?? new Map() },
    });
  await note(!lasts);
  return (lasting) => note(!lasts && !lasting);
}
