import { eq } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { sha256Hex } from "../crypto/hash";
import { openForPerson, sealForPerson } from "../crypto/person-key";
import type { SealedPlace } from "../crypto/seal";
import { agentPermissions } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { CaseKind } from "./clocks";
import type { Contact } from "./contact";
import { kindWords } from "./words";

export type PermissionRow = typeof agentPermissions.$inferSelect;

export const subjectPlace = (caseId: string): SealedPlace => ({
  table: "agent_permissions",
  column: "subject_address",
  row: caseId,
});
const statementPlace = (caseId: string): SealedPlace => ({ ...subjectPlace(caseId), column: "statement" });

export async function permissionOf(tx: Tx, caseId: string): Promise<PermissionRow | null> {
  const [row] = await tx.db.select().from(agentPermissions).where(eq(agentPermissions.caseId, caseId));
  return row ?? null;
}

/** What the subject reads and signs (CCPR 7063(a)), word for word. */
export function permissionStatement(asked: { kind: CaseKind; reference: string; agent: Contact }): string {
  const { name, email } = asked.agent;
  return (
    `I permit ${name ? `${name} (${email})` : email} to ask ${config.company.legalName} for ${kindWords[asked.kind].asked} in my name, ` +
    `under reference ${asked.reference}, and to receive the answers. I can take this back at any time.`
  );
}

/** Keeps what was signed under the signer's own key, with its hash and its time. The database lets nobody change it. */
export async function storeSignature(tx: Tx, caseId: string, personId: string, statement: string): Promise<string> {
  const statementSha256 = sha256Hex(statement);
  await tx.db
    .update(agentPermissions)
    .set({
      statement: await sealForPerson(tx, personId, statementPlace(caseId), statement),
      ...{ statementSha256, signedAt: tx.now },
    })
    .where(eq(agentPermissions.caseId, caseId));
  return statementSha256;
}

/** What was signed; null before, and once the signer's key was destroyed. */
export async function openStatement(tx: Tx, row: PermissionRow, personId: string | null): Promise<string | null> {
  if (!row.statement || !personId) return null;
  const opened = await openForPerson(tx, personId, statementPlace(row.caseId), row.statement);
  return opened.ok ? opened.value : null;
}
