import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { consume } from "../auth/rate-limit";
import type { Ctx } from "../context";
import { cases } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { type CaseRow, changeCase } from "./change-case";
import { addMessage } from "./message-body";
import { messageText } from "./message-text";
import { holderOf } from "./permit";
import { recordEvent } from "./record-event";
import { reopenRow } from "./reopen";
import { startReplyClock } from "./run-clocks";

export const addSubjectMessageInput = z.object({ reference: z.string().max(40), message: messageText });
export type AddSubjectMessageInput = z.input<typeof addSubjectMessageInput>;

/**
 * The holder writes in the thread of their own case. A closed case opens again; a reply within the
 * policy's promise is owed from now on unless one was owed already.
 */
export async function addSubjectMessage(
  ctx: Ctx,
  input: AddSubjectMessageInput,
): Promise<Result<{ messageId: string }>> {
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  const parsed = addSubjectMessageInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { reference, message } = parsed.data;
  const paced = await consume("message.person", holder.personId);
  if (!paced.ok) return paced;

  return withTransaction(ctx, async (tx) => {
    const row = await caseToWriteIn(tx, reference, holder.personId);
    if (!row) return fail("not-found");
    if (row.closedAt) {
      const reopened = await reopenRow(tx, row, "message");
      if (!reopened.ok) return reopened;
    } else {
      await changeCase(tx, row.id, { awaitingSubjectAt: null });
    }
    const { messageId } = await addMessage(tx, {
      caseId: row.id,
      subjectId: holder.personId,
      author: "subject",
      text: message,
    });
    await startReplyClock(tx, row.id);
    await recordEvent(tx, { caseId: row.id, type: "message.received", detail: { messageId } });
    await recordAudit(tx, {
      action: "case.message-received",
      object: { type: "case", id: row.id },
      payload: { messageId, characters: message.length, reopened: row.closedAt !== null },
    });
    return ok({ messageId });
  });
}

/** Their own case, locked; the older one where it was merged into that, which is where it is answered. */
async function caseToWriteIn(tx: Tx, reference: string, personId: string): Promise<CaseRow | null> {
  const own = eq(cases.subjectId, personId);
  const [row] = await tx.db
    .select()
    .from(cases)
    .where(and(eq(cases.reference, reference), own))
    .for("update");
  if (!row?.mergedInto) return row ?? null;
  const [older] = await tx.db
    .select()
    .from(cases)
    .where(and(eq(cases.id, row.mergedInto), own))
    .for("update");
  return older ?? row;
}
