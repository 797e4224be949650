import { eq } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { agentPermissions, cases } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { endTokens, findToken, tokenCtx } from "./case-token";
import { changeCase, lockCase } from "./change-case";
import { permissionOf } from "./permission";
import { recordEvent } from "./record-event";

/** What the link of the signature's mail leads to; reading changes nothing (S12). */
export function withdrawalPage(ctx: Ctx, token: string): Promise<{ reference: string } | null> {
  return withRead(tokenCtx(ctx), async (tx) => {
    const found = await findToken(tx, "withdraw", token);
    const [row] = found ? await tx.db.select().from(cases).where(eq(cases.id, found.caseId)) : [];
    return row ? { reference: row.reference } : null;
  });
}

/**
 * The subject takes an agent's permission back, by the link of the mail or on the status page after proving themselves: from now on
 * the agent sees nothing and gets no answer, and the answers go to the subject. What was asked for goes on as the subject's own.
 */
export async function withdrawPermission(ctx: Ctx, by: { token: string } | { session: string }): Promise<Result<null>> {
  return withTransaction(tokenCtx(ctx), async (tx) => {
    const found =
      "token" in by ? await findToken(tx, "withdraw", by.token, true) : await findToken(tx, "session", by.session);
    if (found?.bearer !== "subject") return fail("code-expired");
    return withdraw(tx, found.caseId);
  });
}

async function withdraw(tx: Tx, caseId: string): Promise<Result<null>> {
  const row = await lockCase(tx, caseId);
  const permission = row && (await permissionOf(tx, caseId));
  if (!row || !permission?.signedAt || permission.withdrawnAt) return fail("already-done");
  await tx.db.update(agentPermissions).set({ withdrawnAt: tx.now }).where(eq(agentPermissions.caseId, caseId));
  await endTokens(tx, caseId, { bearer: "agent" });
  await endTokens(tx, caseId, { purpose: "withdraw" });
  await changeCase(tx, caseId, { requesterId: row.subjectId });
  await recordEvent(tx, { caseId, type: "permission.withdrawn" });
  await recordAudit(tx, { action: "permission.withdrawn", object: { type: "case", id: caseId } });
  return ok(null);
}
