import { and, asc, eq } from "drizzle-orm";
import { z } from "zod";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { companiesNaming, companyOwners, type NamingCompany } from "../data-map/find-clients";
import { caseMessages, cases } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { type CaseRow, caseAt } from "./change-case";
import { closeCase } from "./close-case";
import { openContact } from "./contact";
import { findSubject } from "./find-subject";
import { barsOf, openParts } from "./message-bars";
import { caseWorker } from "./permit";
import { plainText } from "./redaction";
import { openAppealOf } from "./review-appeal";
import { tellCompany } from "./tell-company";

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
 * whoever asked is told who is responsible, and the case is done here.
 * @returns `not-found` when that company does not name the address (any more), `not-ready` when it has no owner to be told
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
    const asker = mayPass(row) ? await askerOf(tx, row) : null;
    if (!company || !asker) return fail("not-found");
    if (owners.length === 0) return fail("not-ready");
    await tellCompany(
      tx,
      { caseId, reference: row.reference, passedBy: worker.staffId },
      { ...company, owners },
      { email: asker.email, name: asker.name, text: await askedIn(tx, row) },
    );
    await closeCase(tx, row, {
      ...{ decision: "completed", ground: "passed-on", staffId: worker.staffId },
      text: wordsFor(company.name, row.reference),
    });
    return ok({ reference: row.reference });
  });
}

/** What the person wrote first, without what was left out of it. */
async function askedIn(tx: Tx, row: CaseRow): Promise<string> {
  const [first] = await tx.db
    .select()
    .from(caseMessages)
    .where(and(eq(caseMessages.caseId, row.id), eq(caseMessages.author, "subject")))
    .orderBy(asc(caseMessages.at), asc(caseMessages.id))
    .limit(1);
  if (!first) return "";
  const bars = (await barsOf(tx, [first.id])).get(first.id) ?? [];
  return plainText((await openParts(tx, first, row.subjectId, bars)) ?? []);
}

const wordsFor = (company: string, reference: string): string =>
  `Your address stands among the clients of ${company}, which runs its work orders on ${config.company.productName}. ${company} decides about this data. We only keep it for them, and may not answer or change anything without them.

We passed your request on to ${company} today, with your address and what you wrote to us. They answer you, by law within one month.

If you hear nothing from them, write to us again and name ${reference}. You can also complain to ${config.complaint.authority} (${config.complaint.address}).`;
