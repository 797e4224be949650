import { z } from "zod";
import { consume } from "../auth/rate-limit";
import type { Ctx } from "../context";
import { withRead, withTransaction } from "../db/transaction";
import { fail, type Result } from "../errors";
import { findToken, tokenCtx } from "./case-token";
import { lockCase } from "./change-case";
import { followUp } from "./follow-up";
import { messageText } from "./message-text";
import { permissionOf } from "./permission";

export const statusMessageInput = z.object({ message: messageText });

/** Somebody without an account writes in the thread of their case, by the session of the status page. */
export async function writeOnStatus(
  ctx: Ctx,
  input: z.input<typeof statusMessageInput> & { session: string },
): Promise<Result<{ messageId: string }>> {
  const parsed = statusMessageInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const acting = tokenCtx(ctx);
  const known = await withRead(acting, (tx) => findToken(tx, "session", input.session));
  if (!known) return fail("not-found");
  const paced = await consume("message.case", known.caseId);
  if (!paced.ok) return paced;
  return withTransaction(acting, async (tx) => {
    const found = await findToken(tx, "session", input.session);
    const row = found && (await lockCase(tx, found.caseId));
    if (!row) return fail("not-found");
    if (found.bearer === "agent") {
      const permission = await permissionOf(tx, row.id);
      if (!permission?.signedAt || permission.withdrawnAt) return fail("not-found");
    }
    return followUp(tx, row, { text: parsed.data.message, answersMail: true });
  });
}
