import { and, eq, sql } from "drizzle-orm";
import { openWithMaster } from "../crypto/seal";
import { caseEvents, identityProofs } from "../db/schema";
import type { Tx } from "../db/transaction";
import { iso } from "./case-view";
import type { CaseRow } from "./change-case";
import { openStatement, permissionOf, subjectPlace } from "./permission";

/** Whether somebody without an account proved who they are; instants in ISO form. */
export type ProofState = {
  askedAt: string;
  expiresAt: string;
  remindedAt: string | null;
  provedAt: string | null;
  /** They needed no link, since they went on signed in. */
  signedIn: boolean;
  disownedAt: string | null;
  lapsedAt: string | null;
};

/** What the subject permitted an agent. */
export type PermissionState = {
  /** Whom the agent named; null once they were forgotten. */
  subjectAddress: string | null;
  /** What was signed; null before, and once the subject's key was destroyed. */
  statement: string | null;
  sha256: string | null;
  signedAt: string | null;
  withdrawnAt: string | null;
};

/** For the desk: what is known of who asks. */
export async function whoAsks(
  tx: Tx,
  row: CaseRow,
): Promise<{ proof: ProofState | null; permission: PermissionState | null }> {
  const [proof] = await tx.db.select().from(identityProofs).where(eq(identityProofs.caseId, row.id));
  const signedIn = await tx.db.$count(
    caseEvents,
    and(
      eq(caseEvents.caseId, row.id),
      eq(caseEvents.type, "identity.proved"),
      sql`${caseEvents.detail}->>'by' = 'account'`,
    ),
  );
  const given = await permissionOf(tx, row.id);
  return {
    proof: proof
      ? {
          ...{ askedAt: proof.askedAt.toString(), expiresAt: proof.expiresAt.toString() },
          ...{ remindedAt: iso(proof.remindedAt), provedAt: iso(proof.provedAt) },
          signedIn: signedIn > 0,
          ...{ disownedAt: iso(proof.disownedAt), lapsedAt: iso(proof.lapsedAt) },
        }
      : null,
    permission: given && {
      subjectAddress: given.subjectAddress && openWithMaster(subjectPlace(row.id), given.subjectAddress),
      statement: await openStatement(tx, given, row.subjectId),
      ...{ sha256: given.statementSha256, signedAt: iso(given.signedAt), withdrawnAt: iso(given.withdrawnAt) },
    },
  };
}
