import { eq } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { deletions, identityProofs } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { queueMail } from "../mail/queue-mail";
import { endTokens, findToken, tokenCtx } from "./case-token";
import { lockCase } from "./change-case";
import { openContact } from "./contact";
import { endCase } from "./end-case";
import { permissionOf } from "./permission";
import { plannedIn } from "./plan-deletion";
import { recordEvent } from "./record-event";

/**
 * Whoever got the link says that they did not ask, or gives the agent no permission: the case ends, with everything that leads to
 * it, as easily as the other button would have let it go on (L12). An agent is told that it was declined.
 */
export async function disownRequest(ctx: Ctx, { token }: { token: string }): Promise<Result<null>> {
  return withTransaction(tokenCtx(ctx), async (tx) => {
    const found = await findToken(tx, "proof", token, true);
    const row = found && (await lockCase(tx, found.caseId));
    const [proof] = row ? await tx.db.select().from(identityProofs).where(eq(identityProofs.caseId, row.id)) : [];
    // Once proved, a link that was asked for again has nothing left to disown.
    if (!row || proof?.provedAt || row.closedAt) return fail("code-expired");
    // Nor does it end a planned deletion, which its own mail cancels: the case would be closed and the plan stand.
    if ((await tx.db.$count(deletions, plannedIn(row.id))) > 0) return fail("code-expired");
    const permission = await permissionOf(tx, row.id);
    const decision = permission ? "declined" : "cancelled";
    const ground = permission ? "identity-not-confirmed" : null;
    await tx.db.update(identityProofs).set({ disownedAt: tx.now }).where(eq(identityProofs.caseId, row.id));
    await endCase(tx, row, { decision, decidedBy: null, declineGround: ground, answers: false });
    await recordEvent(tx, { caseId: row.id, type: "identity.disowned" });
    await recordAudit(tx, {
      action: "identity.disowned",
      object: { type: "case", id: row.id },
      payload: { agent: permission !== null },
    });
    const agent = permission && openContact(row)?.email;
    if (agent)
      await queueMail(tx, {
        ...{ template: "case-decided", to: agent, kind: "security" },
        props: {
          ...{ reference: row.reference, kind: row.kind, decision: "declined", ground: "identity-not-confirmed" },
          ...{ text: null, statusPath: "/requests/status" },
        },
        idempotencyKey: `case-disowned-${row.id}`,
      });
    await endTokens(tx, row.id);
    return ok(null);
  });
}
