import canonicalize from "canonicalize";
import { and, asc, desc, eq, isNotNull } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { randomToken, sha256Hex } from "../crypto/hash";
import { openWithMaster, type SealedPlace, sealWithMaster } from "../crypto/seal";
import { type SigningKey, signingKey } from "../crypto/signing-key";
import { dataMap, homeSystem } from "../data-map/load";
import type { Scope } from "../data-map/types";
import { accountClosures, cases, deletions, erasureRuns, people, receipts, signingKeys } from "../db/schema";
import type { Tx } from "../db/transaction";
import { env } from "../env";
import { newId } from "../ids";
import { inForceIn } from "../policy/queries";
import { valuesOf } from "../policy/values";
import { closingsOf } from "./closed-at";
import type { Fate } from "./execute";
import { providerAnswers } from "./provider-answers";
import { backupsOut, type Receipt, systemLines } from "./receipt";
import { commitmentTo, howToCheck, type ReceiptFile, sealReceipt } from "./receipt-file";

/** Where the sealed token of a case's receipts stands: one for all editions. */
const tokenPlace = (caseId: string): SealedPlace => ({ table: "receipts", column: "token", row: caseId });
export const sealToken = (caseId: string, token: string): Buffer => sealWithMaster(tokenPlace(caseId), token);
export const openToken = (caseId: string, sealed: Buffer): string => openWithMaster(tokenPlace(caseId), sealed);

export type MadeReceipt = { edition: number; token: string; backupsAgedOutBy: string };

/**
 * Makes the receipt of a deletion that was carried out, in the caller's transaction. Called again it makes another edition when a
 * provider answered since, or what a hold kept went, naming the one before, and otherwise nothing. Reads the platform's id of the person for the first
 * edition: afterwards nothing personal is needed.
 * @returns the new edition; null when there is nothing new, or nothing was carried out
 */
export async function makeReceipt(
  tx: Tx,
  caseId: string,
  answersOf: typeof providerAnswers = providerAnswers,
): Promise<MadeReceipt | null> {
  const [before] = await tx.db
    .select()
    .from(receipts)
    .where(eq(receipts.caseId, caseId))
    .orderBy(desc(receipts.edition))
    .limit(1);
  const providers = await answersOf(tx, caseId);
  if (!before) {
    const token = randomToken();
    const first = await firstEdition(tx, caseId, token);
    return first && store(tx, caseId, token, { ...first, providers });
  }
  const { receipt } = JSON.parse(before.body) as ReceiptFile & { receipt: Receipt };
  const { scope, carriedOutAt } = receipt.case;
  const now = await systemsOf(tx, caseId, {
    ...{ scope, carriedOutAt: Temporal.Instant.from(carriedOutAt), policyVersion: receipt.policy?.version ?? 0 },
  });
  // What was said of a pass is said again: the map may say it otherwise by now, and nobody knows any more in which company they were.
  const saidOf = ({ name, finishedAt }: Receipt["systems"][number]) =>
    receipt.systems.find((one) => one.name === name && one.finishedAt === finishedAt);
  const systems = now.map((line) => saidOf(line) ?? line);
  const said = (one: Pick<Receipt, "providers" | "systems">) => canonicalize([one.providers, one.systems]);
  if (said(receipt) === said({ providers, systems })) return null;
  return store(tx, caseId, openToken(caseId, before.token), {
    ...receipt,
    ...{ edition: before.edition + 1, madeAt: tx.now.toString(), providers, systems },
    replaces: { edition: before.edition, sha256: before.sha256 },
  });
}

async function firstEdition(tx: Tx, caseId: string, token: string): Promise<Omit<Receipt, "providers"> | null> {
  const [found] = await tx.db
    .select({
      ...{ deletion: deletions, reference: cases.reference, linked: people.platformUserId },
      ...{ decision: cases.decision, decidedAt: cases.decidedAt },
    })
    .from(deletions)
    .innerJoin(cases, eq(cases.id, deletions.caseId))
    .leftJoin(people, eq(people.id, deletions.personId))
    .where(eq(deletions.caseId, caseId));
  if (!found) return null;
  const { deletion, reference, linked } = found;
  // Whoever the person is linked to by now, it is the receipt of the account that was erased.
  const account = deletion.accountNotedAt ? deletion.platformUserId : linked;
  // Where the engine never began, staff did it, and their approval says when.
  const isByHand = deletion.begunAt === null && deletion.cancelledAt === null && found.decision === "approved";
  const carriedOutAt = deletion.carriedOutAt ?? (isByHand ? found.decidedAt : null);
  if (!carriedOutAt) return null;
  const { scope } = deletion;
  const policy = await inForceIn(tx);
  return {
    edition: 1,
    madeAt: tx.now.toString(),
    madeBy: env().APP_URL,
    keysAt: `${env().APP_URL}/.well-known/evidence-keys.json`,
    replaces: null,
    ...(isByHand ? { byHand: true as const } : {}),
    case: {
      ...{ reference, scope, requestedAt: deletion.requestedAt.toString() },
      graceEndedAt: (deletion.expiredAt ?? deletion.graceEndsAt).toString(),
      carriedOutAt: carriedOutAt.toString(),
    },
    subject: { commitment: account ? commitmentTo(token, account) : null },
    policy: policy ? { version: policy.number, sha256: policy.sha256 } : null,
    systems: await systemsOf(tx, caseId, { scope, carriedOutAt, policyVersion: policy?.number ?? 0 }),
    backups: backupsOut(carriedOutAt),
    howToCheck,
  };
}

/** What every pass of the engine did, in the order in which they ended. */
async function systemsOf(
  tx: Tx,
  caseId: string,
  facts: { scope: Scope; carriedOutAt: Temporal.Instant; policyVersion: number },
): Promise<Receipt["systems"]> {
  const { scope, carriedOutAt } = facts;
  const [closed] = await tx.db.select().from(accountClosures).where(eq(accountClosures.caseId, caseId));
  const runs = await tx.db
    .select()
    .from(erasureRuns)
    .where(and(eq(erasureRuns.caseId, caseId), isNotNull(erasureRuns.finishedAt)))
    .orderBy(asc(erasureRuns.startedAt));
  const done = runs.map(({ system, transaction, finishedAt, fates }) => ({
    ...{ system, transaction: transaction ?? "", finishedAt: finishedAt ?? carriedOutAt },
    fates: (fates ?? []) as Fate[],
  }));
  // Whose account was open ends it with the erasure, as its first attempt wrote it down; a company does when all of it was erased.
  const [deletion] = await tx.db
    .select({ begunAt: deletions.begunAt, noted: deletions.accountNotedAt, company: deletions.platformCompanyId })
    .from(deletions)
    .where(eq(deletions.caseId, caseId));
  const closing = closingsOf(deletion?.begunAt ?? carriedOutAt, homeSystem());
  const closures = {
    account: closed?.accountClosedAt ?? closing.account,
    company: closed?.companyClosedAt ?? (scope === "company" ? closing.company : null),
  };
  return systemLines(dataMap(), done, {
    ...{ scope, closures, erasedAt: carriedOutAt },
    alone: Boolean(deletion?.noted && deletion.company === null),
    values: valuesOf(facts.policyVersion),
  });
}

async function store(tx: Tx, caseId: string, token: string, receipt: Receipt): Promise<MadeReceipt> {
  const body = sealReceipt(await receiptKey(tx), receipt);
  const sha256 = sha256Hex(body);
  await tx.db.insert(receipts).values({
    ...{ id: newId(), caseId, edition: receipt.edition, madeAt: tx.now, body, sha256 },
    ...{ tokenHash: sha256Hex(token), token: sealToken(caseId, token) },
  });
  await recordAudit(tx, {
    action: "receipt.made",
    object: { type: "case", id: caseId },
    payload: { edition: receipt.edition, sha256 },
  });
  return { edition: receipt.edition, token, backupsAgedOutBy: receipt.backups.agedOutBy };
}

/** The key that signs evidence too, its public half on record in the same transaction. */
async function receiptKey(tx: Tx): Promise<SigningKey> {
  const key = signingKey("evidence");
  const { kid, x } = key.publicKey;
  await tx.db.insert(signingKeys).values({ kid, x, firstUsedAt: tx.now }).onConflictDoNothing();
  return key;
}
