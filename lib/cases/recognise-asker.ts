import { and, eq, inArray, isNull, ne, or } from "drizzle-orm";
import type { Ctx } from "../context";
import { caseMessages, cases, identityProofs } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { askOrTell } from "./ask-or-tell";
import { type CaseRow, lockCase } from "./change-case";
import { openContact } from "./contact";
import { handToCompanies } from "./hand-to-companies";
import { canPassOn, lookUpAddress } from "./look-up-address";
import { withMerged } from "./merged";
import { wordsForCompany } from "./words-for-company";

/**
 * Job: finds out whose address a case came from that lies here already: written down by a colleague, named a right, or a question
 * from outside. It goes on as a request by the form does: an address on file is asked for proof, one that only companies name is
 * handed to them, and any other is told that nothing is found. A question needs no proof, and is only handed on while nobody has it in
 * hand. Finds a case that was asked about, is closed or is an account's own, and does nothing then (R2).
 */
export async function recogniseAsker(ctx: Ctx, { caseId }: { caseId: string }): Promise<void> {
  const typed = await withRead(ctx, async (tx) => {
    const row = await unasked(tx, caseId);
    return row && openContact(row)?.email;
  });
  if (!typed) return;
  // The platform is asked outside of the transaction.
  const found = await lookUpAddress(ctx, typed);
  await withTransaction(ctx, async (tx) => {
    await lockCase(tx, caseId);
    const row = await unasked(tx, caseId);
    const contact = row && openContact(row);
    if (!row || contact?.email !== typed) return;
    const isQuestion = row.kind === "inquiry";
    // Somebody whom we know here, and who has nothing on file to be asked at, is the desk's.
    if (row.subjectId && (isQuestion || !found.onFile)) return;
    if (canPassOn(found)) {
      if (isQuestion && (await isInHand(tx, row))) return;
      const asker = { email: typed, name: contact.name, text: await wordsForCompany(tx, row) };
      await handToCompanies(tx, { row, companies: found.companies, asker, passedBy: null });
    } else if (!isQuestion) await askOrTell(tx, row, found, { to: typed, agent: false });
  });
}

async function unasked(tx: Tx, caseId: string): Promise<CaseRow | null> {
  const [found] = await tx.db
    .select({ row: cases })
    .from(cases)
    .leftJoin(identityProofs, eq(identityProofs.caseId, cases.id))
    .where(
      and(
        ...[eq(cases.id, caseId), isNull(cases.closedAt), isNull(identityProofs.caseId)],
        // A question's sender is only said to be its subject, until the link says so.
        or(isNull(cases.subjectId), and(ne(cases.channel, "dashboard"), ne(cases.kind, "inquiry"))),
      ),
    );
  return found?.row ?? null;
}

/**
 * Whether a person of ours goes on with a question: somebody has it, wrote, noted or asked something back in it, more was written
 * than the one message that it came with, or another case of that address is open, which it may be about.
 */
async function isInHand(tx: Tx, { id, assignedTo, contactHash }: CaseRow): Promise<boolean> {
  if (assignedTo) return true;
  const here = tx.db.select({ id: cases.id }).from(cases).where(withMerged(id));
  const written = and(inArray(caseMessages.caseId, here), ne(caseMessages.author, "system"));
  if ((await tx.db.$count(caseMessages, written)) !== 1) return true;
  if (!contactHash) return false;
  const others = and(eq(cases.contactHash, contactHash), isNull(cases.closedAt), ne(cases.id, id));
  return (await tx.db.$count(cases, others)) > 0;
}
