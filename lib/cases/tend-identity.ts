import { and, eq, gt, isNull, lte, type SQL } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { openWithMaster } from "../crypto/seal";
import { cases, identityProofs } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { mailProof, proofPlace } from "./ask-identity";
import { type CaseRow, changeCase, lockCase } from "./change-case";
import { permissionOf } from "./permission";
import { recordEvent } from "./record-event";
import { resumePaused } from "./run-clocks";

type Proof = typeof identityProofs.$inferSelect;

/** Proofs that are waited for, of open cases. */
async function outstanding(tx: Tx, which: SQL | undefined): Promise<Proof[]> {
  const rows = await tx.db
    .select({ proof: identityProofs })
    .from(identityProofs)
    .innerJoin(cases, eq(cases.id, identityProofs.caseId))
    .where(
      and(
        ...[isNull(identityProofs.provedAt), isNull(identityProofs.disownedAt), isNull(identityProofs.lapsedAt)],
        ...[isNull(cases.closedAt), which],
      ),
    )
    .limit(500);
  return rows.map(({ proof }) => proof);
}

const isOver = (now: Temporal.Instant) => lte(identityProofs.expiresAt, now);
const isToRemind = (now: Temporal.Instant) =>
  and(
    ...[isNull(identityProofs.remindedAt), gt(identityProofs.expiresAt, now)],
    lte(identityProofs.askedAt, now.subtract({ hours: config.requests.remindHours })),
  );

/**
 * Job: reminds once, a day after the link went out, and ends the waiting when it is over: the clocks go on and the case is the
 * desk's, so that a lost mail keeps nobody's request asleep. Each proof is taken under its case's lock and looked at again, so
 * that running twice has the effect of once (R2).
 */
export async function tendIdentity(ctx: Ctx): Promise<{ reminded: number; lapsed: number }> {
  return { lapsed: await each(ctx, isOver, lapse), reminded: await each(ctx, isToRemind, remind) };
}

async function each(
  ctx: Ctx,
  isDue: (now: Temporal.Instant) => SQL | undefined,
  work: (tx: Tx, row: CaseRow, proof: Proof) => Promise<void>,
): Promise<number> {
  const found = await withRead(ctx, (tx) => outstanding(tx, isDue(tx.now)));
  let done = 0;
  for (const { caseId } of found)
    done += await withTransaction(ctx, async (tx) => {
      const row = await lockCase(tx, caseId);
      const [proof] = await outstanding(tx, and(eq(identityProofs.caseId, caseId), isDue(tx.now)));
      if (!row || !proof) return 0;
      await work(tx, row, proof);
      return 1;
    });
  return done;
}

async function remind(tx: Tx, row: CaseRow, { address, expiresAt }: Proof): Promise<void> {
  await tx.db.update(identityProofs).set({ remindedAt: tx.now }).where(eq(identityProofs.caseId, row.id));
  if (!address) return;
  await mailProof(tx, row, {
    ...{ onFile: { address: openWithMaster(proofPlace(row.id), address), platform: null } },
    ...{ agent: (await permissionOf(tx, row.id)) !== null, nth: "reminder", until: expiresAt },
  });
  await recordEvent(tx, { caseId: row.id, type: "identity.reminded" });
  await recordAudit(tx, { action: "identity.reminded", object: { type: "case", id: row.id } });
}

async function lapse(tx: Tx, row: CaseRow): Promise<void> {
  await tx.db.update(identityProofs).set({ lapsedAt: tx.now }).where(eq(identityProofs.caseId, row.id));
  const resumed = await resumePaused(tx, row.id);
  await changeCase(tx, row.id, { awaitingSubjectAt: null });
  await recordEvent(tx, { caseId: row.id, type: "identity.lapsed" });
  if (resumed > 0) await recordEvent(tx, { caseId: row.id, type: "clock.resumed", detail: { by: "lapse" } });
  await recordAudit(tx, {
    action: "identity.lapsed",
    object: { type: "case", id: row.id },
    payload: { clocks: resumed },
  });
}
