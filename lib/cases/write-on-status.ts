import { z } from "zod";
import { consume } from "../auth/rate-limit";
import type { Ctx } from "../context";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { fail, type Result } from "../errors";
import { openAppeal } from "./appeal-case";
import { findToken, tokenCtx } from "./case-token";
import { type CaseRow, lockCase } from "./change-case";
import { followUp } from "./follow-up";
import { messageText } from "./message-text";
import { permissionOf } from "./permission";

export const statusMessageInput = z.object({ message: messageText });

type Input = z.input<typeof statusMessageInput> & { session: string };

/** Somebody without an account writes in the thread of their case, by the session of the status page. */
export const writeOnStatus = (ctx: Ctx, input: Input): Promise<Result<{ messageId: string }>> =>
  onStatus(ctx, input, (tx, row, text) => followUp(tx, row, { text }));

/** They appeal a refusal there, whole or in part, as `appealCase` has it for an account. */
export const appealOnStatus = (ctx: Ctx, input: Input): Promise<Result<{ messageId: string }>> =>
  onStatus(ctx, input, openAppeal);

async function onStatus(
  ctx: Ctx,
  input: Input,
  work: (tx: Tx, row: CaseRow, text: string) => Promise<Result<{ messageId: string }>>,
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
    return work(tx, row, parsed.data.message);
  });
}
