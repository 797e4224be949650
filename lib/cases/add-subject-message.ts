import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { consume } from "../auth/rate-limit";
import type { Ctx } from "../context";
import { cases } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { fail, type Result } from "../errors";
import { messageText } from "./message-text";
import { holderOf } from "./permit";
import { receiveMessage } from "./receive-message";

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
    const [row] = await tx.db
      .select()
      .from(cases)
      .where(and(eq(cases.reference, reference), eq(cases.subjectId, holder.personId)))
      .for("update");
    if (!row) return fail("not-found");
    return receiveMessage(tx, row, message);
  });
}
