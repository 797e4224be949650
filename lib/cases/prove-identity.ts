import { and, eq, isNull, ne } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { consume } from "../auth/rate-limit";
import type { Ctx } from "../context";
import { openWithMaster } from "../crypto/seal";
import { cases, deletions, identityProofs } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { inWords } from "../in-words";
import { queueMail } from "../mail/queue-mail";
import { type AskedUses, readAsked } from "../processing/asked-uses";
import { proofPlace } from "./ask-identity";
import { endTokens, findToken, mintToken, tokenCtx } from "./case-token";
import { type CaseRow, lockCase } from "./change-case";
import { claimCase } from "./claim-case";
import { openContact } from "./contact";
import { continueProved } from "./continue-proved";
import { mergeInto } from "./merge-into";
import { permissionOf, permissionStatement, storeSignature } from "./permission";
import { findOnFile, type OnFile, personFor } from "./person-on-file";
import { provedBy } from "./proved-by";
import { recordEvent } from "./record-event";
import { decidedStill, reopenRow } from "./reopen";
import { openAppealOf } from "./review-appeal";
import { resumeClocks, resumePaused, startReplyClock } from "./run-clocks";

/** What the link's page may say before its button is pressed; reading changes nothing (S12). */
export type ProofPage = {
  reference: string;
  kind: CaseRow["kind"];
  receivedAt: string;
  statement: string | null;
  /** What stops with the button; null where only words were written. */
  uses: AskedUses | null;
};

export function proofPage(ctx: Ctx, token: string): Promise<ProofPage | null> {
  return withRead(tokenCtx(ctx), async (tx) => {
    const found = await findToken(tx, "proof", token);
    const [row] = found ? await tx.db.select().from(cases).where(eq(cases.id, found.caseId)) : [];
    if (!row) return null;
    const { reference, kind } = row;
    return {
      ...{ reference, kind, receivedAt: row.receivedAt.toString() },
      ...{ statement: await statementOf(tx, row), uses: readAsked(row.askedUses) },
    };
  });
}

/** What is to be signed for an agent; null when nobody else asked. */
async function statementOf(tx: Tx, row: CaseRow): Promise<string | null> {
  const agent = openContact(row);
  const { kind, reference } = row;
  return agent && (await permissionOf(tx, row.id)) ? permissionStatement({ kind, reference, agent }) : null;
}

/**
 * The single-use link to an address on file, pressed: whoever reads that mailbox is who the case is about, and for an agent's
 * request their permission is signed by it. The case gets its subject, paused clocks go on, and what was asked for begins. The
 * browser gets a short session for the case, since a deletion has to be previewed and confirmed first.
 * @returns `code-expired` for a link that was used, ended or never was, all alike
 */
export async function proveIdentity(
  ctx: Ctx,
  { token, network }: { token: string; network: string | null },
): Promise<Result<{ sessionToken: string }>> {
  const counted = await consume("status.network", network);
  if (!counted.ok) return counted;
  const acting = tokenCtx(ctx);
  const address = await withRead(acting, async (tx) => {
    const found = await findToken(tx, "proof", token);
    const [proof] = found
      ? await tx.db.select().from(identityProofs).where(eq(identityProofs.caseId, found.caseId))
      : [];
    return proof?.address ? openWithMaster(proofPlace(proof.caseId), proof.address) : null;
  });
  if (!address) return fail("code-expired");
  // Whom the address belongs to is asked again: a week may lie between the mail and this.
  const onFile = await findOnFile(acting, address);
  if (!onFile || onFile.address !== address) return fail("code-expired");

  return withTransaction(acting, async (tx) => {
    const found = await findToken(tx, "proof", token, true);
    const row = found && (await lockCase(tx, found.caseId));
    const personId = row && (await personFor(tx, onFile));
    if (!row || !personId || (row.subjectId !== null && row.subjectId !== personId)) return fail("code-expired");
    const other = row.kind === "deletion" ? await otherDeletion(tx, row.id, personId) : null;
    // Of two the person has one. A question in their name that a colleague took for a deletion stands in nobody's way, and goes into
    // this, and so does one whose plan was cancelled.
    if (other && !(await isInNoWay(tx, other)))
      return fail((await decidedStill(tx, other.id)) ? "deletion-decided" : "deletion-open");
    if (other) {
      await mergeInto(tx, other, row, { decidedBy: null, askedUses: null });
      await endTokens(tx, other.id);
    }
    await endTokens(tx, row.id, { purpose: "proof" });
    const claimed = await prove(tx, row, personId, onFile);
    if (!claimed.ok) return claimed;
    const { token: sessionToken } = await mintToken(tx, { caseId: row.id, purpose: "session", bearer: "subject" });
    return ok({ sessionToken });
  });
}

async function prove(tx: Tx, row: CaseRow, personId: string, onFile: OnFile): Promise<Result<null>> {
  const [proof] = await tx.db.select().from(identityProofs).where(eq(identityProofs.caseId, row.id));
  const first = !proof?.provedAt;
  const statement = await statementOf(tx, row);
  // Declined in the meantime for want of proof: here it is.
  if (row.closedAt && first) {
    const reopened = await reopenRow(tx, row, "message");
    if (!reopened.ok) return reopened;
    await resumeClocks(tx, row.id, row.closedAt);
    await startReplyClock(tx, row.id);
  }
  await tx.db
    .update(identityProofs)
    .set({ provedAt: tx.now })
    .where(and(eq(identityProofs.caseId, row.id), isNull(identityProofs.provedAt)));
  // A link that was asked for again opens the page again, and no second package.
  if (!first) return ok(null);
  const claimed = await claimCase(tx, row, personId, statement !== null);
  if (statement !== null) await sign(tx, claimed, personId, statement, onFile);
  await recordEvent(tx, { caseId: row.id, type: "identity.proved", detail: { by: "link" } });
  const resumed = await resumePaused(tx, row.id);
  if (resumed > 0) await recordEvent(tx, { caseId: row.id, type: "clock.resumed", detail: { by: "proof" } });
  await recordAudit(tx, {
    action: "identity.proved",
    object: { type: "case", id: row.id },
    payload: { by: "link", person: personId, clocks: resumed },
  });
  await continueProved(tx, claimed, personId);
  return ok(null);
}

async function sign(tx: Tx, row: CaseRow, personId: string, statement: string, onFile: OnFile): Promise<void> {
  const sha256 = await storeSignature(tx, row.id, personId, statement);
  await recordEvent(tx, { caseId: row.id, type: "permission.signed" });
  await recordAudit(tx, {
    action: "permission.signed",
    object: { type: "case", id: row.id },
    payload: { person: personId, sha256 },
  });
  const { token } = await mintToken(tx, { caseId: row.id, purpose: "withdraw", bearer: "subject" });
  await queueMail(tx, {
    ...{ template: "permission-signed", to: onFile.address, personId, kind: "security" },
    props: {
      ...{ reference: row.reference, statement, token },
      signedAt: inWords(tx.now, onFile.platform?.timeZone ?? "UTC"),
    },
    idempotencyKey: `permission-signed-${row.id}`,
  });
}

/** The open deletion of theirs beside this one, locked. */
async function otherDeletion(tx: Tx, caseId: string, personId: string): Promise<CaseRow | null> {
  const [open] = await tx.db
    .select()
    .from(cases)
    .where(and(eq(cases.subjectId, personId), eq(cases.kind, "deletion"), isNull(cases.closedAt), ne(cases.id, caseId)))
    .for("update");
  return open ?? null;
}

/** Nothing is planned in it, and only an address says that it is theirs; or they cancelled what was planned, and wrote since. */
async function isInNoWay(tx: Tx, row: CaseRow): Promise<boolean> {
  const [plan] = await tx.db.select().from(deletions).where(eq(deletions.caseId, row.id));
  if (await openAppealOf(tx, row.id)) return false;
  return plan ? plan.cancelledAt !== null : (await provedBy(tx, row)) === null;
}
