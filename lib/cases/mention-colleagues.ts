import { eq, inArray, sql } from "drizzle-orm";
import { caseMentions, people, staff } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import { queueMail } from "../mail/queue-mail";
import type { CaseRow } from "./change-case";
import { mentionedIn } from "./mentions";

/**
 * Notes whom an internal note names, in the note's transaction, and tells each by mail that they were named and where; what
 * the note says stays on the desk.
 * @returns ids of the colleagues
 */
export async function mentionColleagues(
  tx: Tx,
  note: { row: CaseRow; messageId: string; text: string; byStaffId: string },
): Promise<string[]> {
  const colleagues = await tx.db
    .select({ staffId: staff.id, name: staff.displayName, email: people.email, personId: people.id })
    .from(staff)
    .innerJoin(people, eq(people.id, staff.personId))
    .where(sql`${staff.disabledAt} is null`);
  const named = mentionedIn(note.text, colleagues).filter((id) => id !== note.byStaffId);
  if (named.length === 0) return [];
  const [by] = await tx.db
    .select({ name: staff.displayName })
    .from(staff)
    .where(inArray(staff.id, [note.byStaffId]));
  await tx.db.insert(caseMentions).values(
    named.map((staffId) => ({
      ...{ id: newId(), caseId: note.row.id, messageId: note.messageId },
      ...{ staffId, byStaffId: note.byStaffId, at: tx.now },
    })),
  );
  for (const { staffId, email } of colleagues.filter((one) => named.includes(one.staffId)))
    await queueMail(tx, {
      template: "case-mention",
      to: email,
      props: { reference: note.row.reference, by: by?.name ?? "A colleague" },
      idempotencyKey: `case-mention-${note.messageId}-${staffId}`,
    });
  return named;
}
