import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { companiesNaming, companyOwners, type NamingCompany } from "../data-map/find-clients";
import { cases } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { type CaseRow, caseAt } from "./change-case";
import { openContact } from "./contact";
import { isDecidedApart } from "./decided-apart";
import { findSubject } from "./find-subject";
import { handToCompanies } from "./hand-to-companies";
import { caseWorker } from "./permit";
import { openAppealOf } from "./review-appeal";
import { wordsForCompany } from "./words-for-company";

export const passToCompanyInput = z.object({
  caseId: z.uuid(),
  revision: z.coerce.number().int().min(0),
  /** The platform's id of a company that names the address. */
  companyId: z.string().min(1).max(200),
});

/** Name and address of who asked: as typed in the form, or of the account. */
async function askerOf(tx: Tx, row: CaseRow): Promise<{ email: string; name: string | null } | null> {
  const contact = openContact(row);
  if (contact) return contact.email === null ? null : { ...contact, email: contact.email };
  const subject = row.subjectId ? await findSubject(tx, row.subjectId) : null;
  return subject && { email: subject.email, name: subject.name };
}

/** A deletion has a course of its own, and stays with us. */
const mayPass = (row: CaseRow | undefined): row is CaseRow =>
  row !== undefined && row.closedAt === null && row.kind !== "deletion";

/**
 * Which companies name the address of who asked as their client: for staff who may pass the case on, names and counts alone.
 * Asking is itself recorded.
 */
export async function companiesFor(ctx: Ctx, { caseId }: { caseId: string }): Promise<NamingCompany[]> {
  if (!caseWorker(ctx)) return [];
  const asker = await withRead(ctx, async (tx) => {
    const [row] = await tx.db.select().from(cases).where(eq(cases.id, caseId));
    return mayPass(row) ? askerOf(tx, row) : null;
  });
  if (!asker) return [];
  const found = await companiesNaming(asker.email);
  if (found.length > 0)
    await withTransaction(ctx, (tx) =>
      recordAudit(tx, {
        action: "case.companies-read",
        object: { type: "case", id: caseId },
        payload: { companies: found.length },
      }),
    );
  return found;
}

/**
 * Passes a case on to the company that decides about it (L11): the company's owners get a mail and a task with what they need,
 * whoever asked is told who is responsible, and the case is done here, with nothing kept of what was written (`handToCompanies`).
 * @returns `not-found` when that company does not name the address (any more), `not-ready` when it has no owner to be told,
 * `parts-open` while one is decided by itself: it would stand undecided in a case that is done
 */
export async function passToCompany(
  ctx: Ctx,
  input: z.input<typeof passToCompanyInput>,
): Promise<Result<{ reference: string }>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = passToCompanyInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision, companyId } = parsed.data;
  // The platform is asked outside of the transaction.
  const company = (await companiesFor(ctx, { caseId })).find((one) => one.companyId === companyId);
  const owners = company ? await companyOwners(companyId) : [];

  return withPower(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    const row = found.value;
    if (row.closedAt) return fail("already-done");
    if (await openAppealOf(tx, caseId)) return fail("officer-only");
    if (await isDecidedApart(tx, row)) return fail("parts-open");
    const asker = mayPass(row) ? await askerOf(tx, row) : null;
    if (!company || !asker) return fail("not-found");
    if (owners.length === 0) return fail("not-ready");
    await handToCompanies(tx, {
      ...{ row, companies: [{ ...company, owners }], passedBy: worker.staffId },
      asker: { email: asker.email, name: asker.name, text: await wordsForCompany(tx, row) },
    });
    return ok({ reference: row.reference });
  });
}
