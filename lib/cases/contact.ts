import { eq } from "drizzle-orm";
import { z } from "zod";
import { keyedHash } from "../crypto/hash";
import { openWithMaster, type SealedPlace, sealWithMaster } from "../crypto/seal";
import { agentPermissions } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { CaseRow } from "./change-case";
import { findSubject } from "./find-subject";

/** Where the sealed name and address of whoever asked without an account stand. */
const contactPlace = (caseId: string): SealedPlace => ({ table: "cases", column: "contact", row: caseId });
/** By which cases of one address are found, without the address: keyed, since addresses can be guessed. */
export const contactHash = (email: string): string => keyedHash("case-contact", email.trim().toLowerCase());
const contactShape = z.object({
  name: z.string().nullable(),
  /** Null for a letter or a call that named none. */
  email: z.string().nullable(),
});
export type Contact = z.infer<typeof contactShape>;

export const sealContact = (caseId: string, contact: Contact): Buffer =>
  sealWithMaster(contactPlace(caseId), JSON.stringify(contactShape.parse(contact)));

/** Name and address of who asked, as they gave them; null for cases from the dashboard. */
export function openContact(row: Pick<CaseRow, "id" | "contact">): Contact | null {
  return row.contact ? contactShape.parse(JSON.parse(openWithMaster(contactPlace(row.id), row.contact))) : null;
}

/**
 * Where mail about a case goes: to the address that asked, which may be an agent's until the subject takes their permission
 * back, or else to the account's. Null when no mail reaches anybody.
 */
export async function mailTargetOf(
  tx: Tx,
  row: CaseRow,
): Promise<{ to: string; personId: string | null; timeZone: string } | null> {
  const contact = openContact(row);
  const [permission] = contact
    ? await tx.db.select().from(agentPermissions).where(eq(agentPermissions.caseId, row.id))
    : [];
  // An agent is nobody's account: the subject's preferences are not theirs.
  if (contact?.email && !permission?.withdrawnAt)
    return { to: contact.email, personId: permission ? null : row.subjectId, timeZone: "UTC" };
  const subject = row.subjectId ? await findSubject(tx, row.subjectId) : null;
  return subject ? { to: subject.email, personId: subject.personId, timeZone: subject.timeZone } : null;
}
