import { and, eq, gt, inArray } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { sealForPerson } from "../crypto/person-key";
import { sealWithMaster } from "../crypto/seal";
import { people, recordAccesses } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import { impliedPurpose, type Looked } from "./implied-purpose";
import type { AccessedThing, AccessPurpose, StatedPurpose } from "./words";

export type LookedCase = Looked & { id: string; subjectId: string | null };
export type Stated = { purpose: StatedPurpose; words?: string | undefined };

/** Where staff's words on one look stand. */
export const accessPlace = (accessId: string, column: "words" | "conceal_reason") => ({
  table: "record_accesses",
  column,
  row: accessId,
});

/**
 * The receipt of staff looking at a case or at something of it, in the transaction in which they read it: one a thing and visit
 * of `staffAccess.visitMinutes`. Whoever said why they open a case may look at what is held of its person and what a provider is told; what was taken out of
 * view is never implied by anything.
 * @param look.stated why, where their work does not say it
 * @returns the purpose; null when one has to be stated first, and then nothing may be shown
 */
export async function noteAccess(
  tx: Tx,
  row: LookedCase,
  { what = "case", stated }: { what?: AccessedThing; stated?: Stated } = {},
): Promise<AccessPurpose | null> {
  const { actor } = tx.ctx;
  if (actor.kind !== "staff") return null;
  const visits = await tx.db
    .select({ purpose: recordAccesses.purpose, what: recordAccesses.what })
    .from(recordAccesses)
    .where(
      and(
        eq(recordAccesses.caseId, row.id),
        eq(recordAccesses.staffId, actor.staffId),
        inArray(recordAccesses.what, what === "original" ? [what] : [what, "case"]),
        gt(recordAccesses.at, tx.now.subtract({ minutes: config.staffAccess.visitMinutes })),
      ),
    );
  const visit = visits.find((one) => one.what === what);
  if (visit) return visit.purpose;
  const implied = what === "original" ? null : (visits[0]?.purpose ?? impliedPurpose(actor, row, tx.now));
  const purpose = implied ?? stated?.purpose ?? null;
  if (!purpose) return null;
  const id = newId();
  const personId = row.subjectId && (await isForgotten(tx, row.subjectId)) ? null : row.subjectId;
  const words = stated?.words;
  const place = accessPlace(id, "words");
  await tx.db.insert(recordAccesses).values({
    ...{ id, personId, caseId: row.id, staffId: actor.staffId, role: actor.role },
    ...{ purpose, what, at: tx.now },
    words: words ? (personId ? await sealForPerson(tx, personId, place, words) : sealWithMaster(place, words)) : null,
  });
  return purpose;
}

/** Whoever was forgotten gets no receipts any more: nobody could read one, and their key is gone. */
async function isForgotten(tx: Tx, personId: string): Promise<boolean> {
  const [row] = await tx.db.select({ erasedAt: people.erasedAt }).from(people).where(eq(people.id, personId));
  return row?.erasedAt !== null;
}
