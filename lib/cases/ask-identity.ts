import { eq } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { type SealedPlace, sealWithMaster } from "../crypto/seal";
import { cases, identityProofs } from "../db/schema";
import type { Tx } from "../db/transaction";
import { inWords } from "../in-words";
import { queueMail } from "../mail/queue-mail";
import { readAsked, usesInWords } from "../processing/asked-uses";
import { mintToken } from "./case-token";
import type { CaseRow } from "./change-case";
import { policyDue } from "./clocks";
import { openContact } from "./contact";
import { identityNeed } from "./identity-need";
import type { OnFile } from "./person-on-file";
import { recordEvent } from "./record-event";
import { pauseRunning } from "./run-clocks";
import { statusPathFor } from "./status-path";

export const proofPlace = (caseId: string): SealedPlace => ({
  table: "identity_proofs",
  column: "address",
  row: caseId,
});
/** Mints a link and mails it: the first one, a reminder, or one that was asked for again. */
export async function mailProof(
  tx: Tx,
  row: CaseRow,
  { onFile, agent, nth, until }: { onFile: OnFile; agent: boolean; nth: string; until?: Temporal.Instant },
): Promise<Temporal.Instant> {
  const { token, expiresAt } = await mintToken(tx, {
    ...{ caseId: row.id, purpose: "proof", bearer: "subject" },
    ...(until ? { until } : {}),
  });
  const zone = onFile.platform?.timeZone ?? "UTC";
  const contact = openContact(row);
  const asked = readAsked(row.askedUses);
  await queueMail(tx, {
    template: "identity-ask",
    to: onFile.address,
    props: {
      ...{ reference: row.reference, kind: row.kind, token, reminder: nth === "reminder" },
      ...{ until: inWords(expiresAt, zone), replyBy: inWords(policyDue(row.receivedAt), zone) },
      // Of an agent only the address: a name could hold anything, and stands on the page.
      agent: agent ? (contact?.email ?? null) : null,
      stops: asked ? usesInWords(asked.purposes) : null,
      // The code of the status page goes to who asked, which an agent did.
      statusPath: agent || contact?.email !== onFile.address ? null : await statusPathFor(tx, row),
    },
    idempotencyKey: `identity-${row.id}-${nth}`,
  });
  return expiresAt;
}

/**
 * Asks for proof of who somebody is, in the transaction of their request: a link to the address on file, and the GDPR's month
 * stands still where nothing can go on without it. The address that was typed is only compared; nobody is written to at an
 * address that the request itself names as the right one (L5).
 */
export async function askForProof(tx: Tx, row: CaseRow, onFile: OnFile, agent: boolean): Promise<void> {
  const expiresAt = await mailProof(tx, row, { onFile, agent, nth: "first" });
  const address = sealWithMaster(proofPlace(row.id), onFile.address);
  await tx.db.insert(identityProofs).values({ caseId: row.id, address, askedAt: tx.now, expiresAt });
  const before = identityNeed[row.kind] === "before";
  const paused = before ? await pauseRunning(tx, row.id, "identity") : 0;
  // No revision: nothing was said or decided, and staff who named the right have its form open by now.
  if (before || agent) await tx.db.update(cases).set({ awaitingSubjectAt: tx.now }).where(eq(cases.id, row.id));
  await recordEvent(tx, { caseId: row.id, type: "identity.asked", detail: { agent }, internal: agent });
  if (paused > 0)
    await recordEvent(tx, { caseId: row.id, type: "clock.paused", detail: { reason: "identity" }, internal: agent });
  await recordAudit(tx, {
    action: "identity.asked",
    object: { type: "case", id: row.id },
    payload: { paused, agent },
  });
}
