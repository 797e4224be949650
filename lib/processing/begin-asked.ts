import { type CaseRow, changeCase } from "../cases/change-case";
import { findSubject } from "../cases/find-subject";
import type { Tx } from "../db/transaction";
import { type AskedUses, readAsked } from "./asked-uses";
import { alreadyStopped, beginLimits } from "./begin-limits";
import { oneAtATime } from "./one-at-a-time";
import type { Purpose } from "./purposes";

/**
 * What a locked case asked to stop begins, once it is known whose it is: in the transaction of the proof, so that improvement and
 * analytics stop with the click and the others while they are weighed. What stands already is not asked for twice.
 * @returns how many uses stopped by it
 */
export async function beginAsked(
  tx: Tx,
  row: CaseRow,
  { personId, by }: { personId: string; by: "link" | "staff" },
  asked: AskedUses | null = readAsked(row.askedUses),
): Promise<number> {
  const { id: caseId, reference, kind } = row;
  if (!asked || (kind !== "objection" && kind !== "restriction")) return 0;
  const subject = await findSubject(tx, personId);
  if (!subject) return 0;
  await oneAtATime(tx, personId);
  const standing = await alreadyStopped(tx, personId, { kind, system: null, basis: asked.basis });
  const wanted: readonly (Purpose | null)[] = asked.purposes.length > 0 ? asked.purposes : [null];
  const purposes = wanted.filter((purpose) => !standing.has(purpose));
  await changeCase(tx, caseId, { askedUses: null });
  if (purposes.length === 0) return 0;
  await beginLimits(tx, {
    ...{ caseId, reference, kind, subject, purposes, system: null, basis: asked.basis },
    by: asked.by === "staff" ? "staff" : by,
  });
  return purposes.length;
}
