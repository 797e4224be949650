import { eq } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { consume } from "../auth/rate-limit";
import type { Ctx } from "../context";
import { cases } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { parseReference } from "../ids";
import { endTokens, findToken, mintToken, tokenCtx } from "./case-token";

/**
 * Opens the status page of one case in this browser, with its reference and the code of a mail (S29). The session is bound to the
 * browser by its cookie and ends after `requests.sessionMinutes`. The code stays good, since a person comes back to the same mail.
 * @returns `code-expired` for a wrong reference, a foreign, an ended and a missing code alike
 */
export async function openStatus(
  ctx: Ctx,
  { reference, code, network }: { reference: string; code: string; network: string | null },
): Promise<Result<{ session: string }>> {
  for (const [kind, key] of [
    ["status.network", network],
    ["status.all", "all"],
  ] as const) {
    const counted = await consume(kind, key);
    if (!counted.ok) return counted;
  }
  const whole = parseReference(reference);
  return withTransaction(tokenCtx(ctx), async (tx) => {
    const found = await findToken(tx, "status", code.trim());
    const [row] = found ? await tx.db.select().from(cases).where(eq(cases.id, found.caseId)) : [];
    if (!found || !row || row.reference !== whole) return fail("code-expired");
    const { caseId, bearer } = found;
    const { token } = await mintToken(tx, { caseId, purpose: "session", bearer });
    await recordAudit(tx, { action: "status.opened", object: { type: "case", id: caseId }, payload: { bearer } });
    return ok({ session: token });
  });
}

/** Closes the page in every browser that has this session. */
export async function endStatus(ctx: Ctx, { session }: { session: string }): Promise<void> {
  await withTransaction(tokenCtx(ctx), async (tx) => {
    const found = await findToken(tx, "session", session);
    if (found) await endTokens(tx, found.caseId, { purpose: "session", bearer: found.bearer });
  });
}
