import { and, eq, isNull } from "drizzle-orm";
import { resealAttachments } from "../attachments/keep-attachments";
import { cases } from "../db/schema";
import type { Tx } from "../db/transaction";
import { type CaseRow, changeCase } from "./change-case";
import { resealMails } from "./mail-facts";
import { resealOriginals } from "./message-bars";
import { resealMessages } from "./message-body";

/**
 * A locked case gets the person it is about, once they proved it: it stands on their pages, what was written in it lies under their
 * key, and it goes with them when they are forgotten.
 * @param agent whether somebody else asked for them: then nobody of ours is the requester
 */
export async function claimCase(tx: Tx, row: CaseRow, personId: string, agent: boolean): Promise<CaseRow> {
  await resealMessages(tx, row.id, personId);
  await resealOriginals(tx, row.id, personId);
  await resealAttachments(tx, row.id, personId);
  await resealMails(tx, row.id, personId);
  await changeCase(tx, row.id, {
    subjectId: personId,
    requesterId: agent ? null : personId,
    awaitingSubjectAt: null,
  });
  const [claimed] = await tx.db.select().from(cases).where(eq(cases.id, row.id));
  // What was merged into it is theirs as well.
  const merged = await tx.db
    .select()
    .from(cases)
    .where(and(eq(cases.mergedInto, row.id), isNull(cases.subjectId)));
  for (const younger of merged) await claimCase(tx, younger, personId, agent);
  if (!claimed) throw new Error("a case was lost while it was claimed");
  return claimed;
}
