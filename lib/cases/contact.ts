import { z } from "zod";
import { keyedHash } from "../crypto/hash";
import { openWithMaster, type SealedPlace } from "../crypto/seal";
import type { Tx } from "../db/transaction";
import type { CaseRow } from "./change-case";
import { findSubject } from "./find-subject";

/** Where the sealed name and address of an inquiry stand. */
export const contactPlace = (caseId: string): SealedPlace => ({ table: "cases", column: "contact", row: caseId });
/** By which cases of one address are found, without the address: keyed, since addresses can be guessed. */
export const contactHash = (email: string): string => keyedHash("case-contact", email.trim().toLowerCase());
const contactShape = z.object({ name: z.string().nullable(), email: z.string() });
export type Contact = z.infer<typeof contactShape>;

/** Name and address of an inquiry's sender as they typed them; null for cases from the dashboard. */
export function openContact(row: Pick<CaseRow, "id" | "contact">): Contact | null {
  return row.contact ? contactShape.parse(JSON.parse(openWithMaster(contactPlace(row.id), row.contact))) : null;
}

/** Where mail about a case goes. An inquiry is answered to the address that asked. */
export async function mailTargetOf(
  tx: Tx,
  row: CaseRow,
): Promise<{ to: string; personId: string | null; timeZone: string } | null> {
  const contact = openContact(row);
  if (contact) return { to: contact.email, personId: row.subjectId, timeZone: "UTC" };
  const subject = row.subjectId ? await findSubject(tx, row.subjectId) : null;
  return subject ? { to: subject.email, personId: subject.personId, timeZone: subject.timeZone } : null;
}
