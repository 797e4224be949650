import { inArray } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { agentPermissions, caseMessages, cases, caseTokens, identityProofs, inboundMails } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { lockCase } from "./change-case";
import { lockMerged } from "./merged";

/**
 * Job: removes from a case that was passed on to a company who asked and what was written, with its mails and files (L11): the company
 * has it, and here stays what must be shown of every request (L10), when it came and how, what kind it was, and when and how it was
 * answered. So it is in the cases that were merged into it. A job, since nobody on the desk removes what was said. Safe to run twice;
 * a case that was opened again keeps all.
 */
export async function emptyPassedOn(ctx: Ctx, { caseId }: { caseId: string }): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const merged = await lockMerged(tx, [caseId]);
    const row = await lockCase(tx, caseId);
    if (!row?.closedAt || row.approvalGround !== "passed-on") return;
    const all = [row, ...merged];
    const ids = all.map(({ id }) => id);
    const ofCase = tx.db.select({ id: caseMessages.id }).from(caseMessages).where(inArray(caseMessages.caseId, ids));
    // That a mail came stays known for a while by the service's id and by keyed hashes, so that one that comes twice is still one and
    // a flood is seen; nobody reads an address out of them.
    await tx.db
      .update(inboundMails)
      .set({ messageId: null, sealed: null })
      .where(inArray(inboundMails.messageId, ofCase));
    const gone = await tx.db
      .delete(caseMessages)
      .where(inArray(caseMessages.caseId, ids))
      .returning({ id: caseMessages.id });
    await tx.db.delete(caseTokens).where(inArray(caseTokens.caseId, ids));
    await tx.db.update(identityProofs).set({ address: null }).where(inArray(identityProofs.caseId, ids));
    await tx.db.update(agentPermissions).set({ subjectAddress: null }).where(inArray(agentPermissions.caseId, ids));
    if (gone.length === 0 && all.every(({ contact }) => !contact)) return;
    await tx.db.update(cases).set({ contact: null, contactHash: null, askedUses: null }).where(inArray(cases.id, ids));
    await recordAudit(tx, {
      action: "case.emptied",
      object: { type: "case", id: caseId },
      payload: { messages: gone.length, merged: merged.length },
    });
  });
}
