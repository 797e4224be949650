import { eq } from "drizzle-orm";
import { agentPermissions } from "../db/schema";
import type { Tx } from "../db/transaction";
import { mintToken } from "./case-token";
import type { CaseRow } from "./change-case";
import { openContact } from "./contact";

/**
 * Where whoever asked without an account reads and answers: a path with reference and a new code, for the mail that is queued in
 * this transaction. Null for a case of an account, and once an agent's permission was taken back: then it is the account's again.
 */
export async function statusPathFor(tx: Tx, row: CaseRow): Promise<string | null> {
  if (!openContact(row)?.email) return null;
  const [permission] = await tx.db.select().from(agentPermissions).where(eq(agentPermissions.caseId, row.id));
  if (permission?.withdrawnAt) return null;
  return newStatusPath(tx, row, permission ? "agent" : "asker");
}

/** The same where the caller knows who asked, such as for a case that it has just made. */
export async function newStatusPath(
  tx: Tx,
  { id, reference }: Pick<CaseRow, "id" | "reference">,
  bearer: "asker" | "agent",
): Promise<string> {
  const { token } = await mintToken(tx, { caseId: id, purpose: "status", bearer });
  return `/requests/status?reference=${reference}&code=${token}`;
}
