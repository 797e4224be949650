import { and, eq, isNull, ne, or } from "drizzle-orm";
import type { Ctx } from "../context";
import { cases, identityProofs } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { askOrTell } from "./ask-or-tell";
import { type CaseRow, lockCase } from "./change-case";
import { openContact } from "./contact";
import { handToCompanies } from "./hand-to-companies";
import { canPassOn, lookUpAddress } from "./look-up-address";
import { wordsForCompany } from "./words-for-company";

/**
 * Job: finds out whose address a case came from that lies here already: written down by a colleague, named a right, or a question
 * from outside. It goes on as a request by the form does: an address on file is asked for proof, one that only companies name is
 * handed to them, and any other is told that nothing is found. A question needs no proof, and is only handed on. Finds a case that was
 * asked about, is closed or is an account's own, and does nothing then (R2).
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
      // A person has answered it already, and goes on.
      if (isQuestion && row.answeredAt) return;
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
