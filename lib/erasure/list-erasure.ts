import type { Ctx } from "../context";
import { companyMembers } from "../data-map/company-members";
import type { homeSystem } from "../data-map/load";
import { withTransaction } from "../db/transaction";
import { type ErasedSubject, suppress } from "../suppression/suppress";
import { noteEnding } from "./ended-accounts";

type Listed = Omit<ErasedSubject, "system" | "members"> & {
  home: ReturnType<typeof homeSystem>;
  /** By which the accounts that end are noted here: the case's id, or the command's reference. */
  endedBy: string;
  /** Nothing lasts in the home system yet: who has left since ends with it no more. */
  anew: boolean;
};

/**
 * Notes here whose accounts end, as the home system has them now, and puts the erasure on the list that is applied again after a restore.
 * @throws SuppressionError when the list cannot be written; then nothing may be erased
 */
export async function listErasure(ctx: Ctx, { home, endedBy, anew, ...listed }: Listed): Promise<void> {
  const { company, person } = listed;
  const now = company === null ? [person] : await companyMembers(company, home);
  const accounts = await withTransaction(ctx, (tx) => noteEnding(tx, endedBy, now, { anew }));
  await suppress(ctx, { ...listed, system: home.name, members: company === null ? null : accounts });
}
