import { and, eq } from "drizzle-orm";
import { caseMessages } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { type CaseRow, caseAt } from "./change-case";
import { barsOf } from "./message-bars";
import { openBody } from "./message-body";
import type { Bar } from "./redaction";

type MessageAt = {
  row: CaseRow;
  message: typeof caseMessages.$inferSelect;
  /** With the marks of what was left out before. */
  text: string;
  bars: Bar[];
};

/** A message of a case for staff to change, its case locked; one that is out of view already is done. */
export async function messageAt(
  tx: Tx,
  { caseId, revision, messageId }: { caseId: string; revision: number; messageId: string },
): Promise<Result<MessageAt>> {
  const found = await caseAt(tx, caseId, revision);
  if (!found.ok) return found;
  const [message] = await tx.db
    .select()
    .from(caseMessages)
    .where(and(eq(caseMessages.id, messageId), eq(caseMessages.caseId, caseId)));
  if (!message) return fail("not-found");
  const bars = (await barsOf(tx, [messageId])).get(messageId) ?? [];
  if (bars.some(({ whole }) => whole)) return fail("already-done");
  const text = await openBody(tx, messageId, found.value.subjectId, message.body);
  return text === null ? fail("key-destroyed") : ok({ row: found.value, message, text, bars });
}
