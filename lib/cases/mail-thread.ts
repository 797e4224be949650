import { eq } from "drizzle-orm";
import { parseAddress } from "../auth/address";
import { cases } from "../db/schema";
import type { Tx } from "../db/transaction";
import { referencesIn } from "../mail/case-thread";
import type { ReceivedMail } from "../mail/received-mail";
import type { CaseRow } from "./change-case";
import { openContact } from "./contact";
import { findSubject } from "./find-subject";
import { permissionOf } from "./permission";

/**
 * The case a mail belongs to, locked: one whose reference it names and at which its sender's address is on file, the asker's
 * or the subject's. A reference opens nothing, so a mail from elsewhere that names one stays out of that case, and its id comes
 * back as `claimed` for staff to look at.
 */
export async function caseOfMail(
  tx: Tx,
  mail: ReceivedMail,
  address: string | null,
): Promise<{ found: CaseRow | null; claimed: string | null }> {
  let claimed: string | null = null;
  for (const reference of referencesIn(mail)) {
    const [row] = await tx.db.select().from(cases).where(eq(cases.reference, reference)).for("update");
    if (!row) continue;
    if (address && (await isOnFile(tx, row, address))) return { found: row, claimed: null };
    claimed ??= row.id;
  }
  return { found: null, claimed };
}

async function isOnFile(tx: Tx, row: CaseRow, address: string): Promise<boolean> {
  // An agent's address counts while the subject's permission does.
  const permission = await permissionOf(tx, row.id);
  const asks = !permission || (permission.signedAt !== null && permission.withdrawnAt === null);
  const onFile = [
    asks ? openContact(row)?.email : null,
    row.subjectId ? (await findSubject(tx, row.subjectId))?.email : null,
  ];
  return onFile.some((one) => one && parseAddress(one) === address);
}
