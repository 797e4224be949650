import { and, eq, isNotNull } from "drizzle-orm";
import type { Ctx } from "../context";
import { dataMap, homeSystem } from "../data-map/load";
import type { ReachSubject, Scope } from "../data-map/types";
import { accountClosures, erasureRuns } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { suppress } from "../suppression/suppress";
import { readBefore } from "./read-before";

type Noted = {
  caseId: string;
  reference: string;
  subject: ReachSubject;
  scope: Scope;
  /** The platform's ids of all accounts that end. */
  accounts: readonly string[];
};

/**
 * Notes what an erasure would otherwise take with it, before anything is erased: when the accounts were closed, for the receipt,
 * and the person on the list that is applied again after a restore. Safe to run again; once an attempt came as far as its end
 * nothing is read any more, since what is there may be what it left.
 * @throws SuppressionError when the list cannot be written; then nothing may be erased
 */
export async function noteErasure(ctx: Ctx, { caseId, reference, subject, scope, accounts }: Noted): Promise<void> {
  const map = dataMap();
  const home = homeSystem(map).name;
  const [come] = await withRead(ctx, (tx) =>
    tx.db
      .select({ id: erasureRuns.id })
      .from(erasureRuns)
      .where(and(eq(erasureRuns.caseId, caseId), eq(erasureRuns.system, home), isNotNull(erasureRuns.transaction))),
  );
  if (come) return;
  const { identities, marks, accountClosedAt, companyClosedAt } = await readBefore(map, subject, scope);
  await withTransaction(ctx, (tx) =>
    tx.db
      .insert(accountClosures)
      .values({ caseId, accountClosedAt, companyClosedAt, notedAt: tx.now })
      .onConflictDoNothing(),
  );
  const isCompany = scope === "company";
  await suppress(ctx, {
    ...{ reference, scope, system: home, person: subject.platformUserId, marks, identities },
    ...{ company: isCompany ? subject.platformCompanyId : null, members: isCompany ? accounts : null },
  });
}
