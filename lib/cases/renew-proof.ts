import { eq } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { consume } from "../auth/rate-limit";
import type { Ctx } from "../context";
import { openWithMaster } from "../crypto/seal";
import { identityProofs } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { mailProof, proofPlace } from "./ask-identity";
import { findToken, tokenCtx } from "./case-token";
import { lockCase } from "./change-case";
import { recordEvent } from "./record-event";

/**
 * Sends another link to the address on file, from the status page: the first was lost, or a deletion was not confirmed in time. An
 * agent cannot ask for one. Clocks do not pause a second time by it.
 */
export async function renewProof(ctx: Ctx, { session }: { session: string }): Promise<Result<null>> {
  const acting = tokenCtx(ctx);
  const found = await withRead(acting, (tx) => findToken(tx, "session", session));
  if (!found || found.bearer === "agent") return fail("not-found");
  const paced = await consume("proof.case", found.caseId);
  if (!paced.ok) return paced;
  return withTransaction(acting, async (tx) => {
    const row = await lockCase(tx, found.caseId);
    const [proof] = await tx.db.select().from(identityProofs).where(eq(identityProofs.caseId, found.caseId));
    if (!row || row.closedAt || !proof?.address || proof.disownedAt) return fail("not-found");
    const address = openWithMaster(proofPlace(row.id), proof.address);
    const expiresAt = await mailProof(tx, row, {
      ...{ onFile: { address, platform: null }, agent: false, nth: newId() },
    });
    await tx.db.update(identityProofs).set({ expiresAt, lapsedAt: null }).where(eq(identityProofs.caseId, row.id));
    await recordEvent(tx, { caseId: row.id, type: "identity.asked", detail: { agent: false } });
    await recordAudit(tx, { action: "identity.asked", object: { type: "case", id: row.id }, payload: { again: true } });
    return ok(null);
  });
}
