import { and, eq, isNull, lte, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { changeCase, lockCase } from "../cases/change-case";
import { closeCase } from "../cases/close-case";
import { endCase } from "../cases/end-case";
import { recordEvent } from "../cases/record-event";
import type { Ctx } from "../context";
import { cases, processingRecords } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { faultPoint } from "../faults";
import { enqueue } from "../jobs/queue";
import { endExceptions } from "./end-exceptions";
import { sumOfDecisions, weighedIn } from "./sum-of-decisions";

/** One run's share; the next minute takes the rest. */
const most = 500;

/**
 * Job, each minute: closes requests in which nothing is to be weighed, and lifts limits on their announced day. Each is its own
 * transaction under the case's lock and looked at again there, so that running twice has the effect of once (R2).
 */
export async function tendRecords(ctx: Ctx): Promise<{ closed: number; lifted: number }> {
  const due = await withRead(ctx, async (tx) => ({
    settled: await tx.db.execute<{ id: string }>(sql`
      select c.id from cases c where ${isSettled} order by c.received_at limit ${most}`),
    lifts: await tx.db
      .select({ id: processingRecords.id, caseId: processingRecords.caseId })
      .from(processingRecords)
      .where(isDue(tx))
      .orderBy(processingRecords.liftsAt)
      .limit(most),
  }));
  let [closed, lifted] = [0, 0];
  for (const { id } of due.settled) closed += await withTransaction(ctx, (tx) => closeSettled(tx, id));
  for (const one of due.lifts) {
    lifted += await withTransaction(ctx, (tx) => lift(tx, one));
    await faultPoint("processing.lifted");
  }
  return { closed, lifted };
}

/**
 * An open case of which nothing is left to weigh: it stopped for good, ended meanwhile or was decided, and nobody wrote anything since
 * that a person has to read; who decided read what was there. What somebody opened again is theirs to close.
 */
const isSettled = sql`c.closed_at is null and c.kind in ('objection', 'restriction')
  and exists (select 1 from processing_records r where r.case_id = c.id)
  and not exists (select 1 from processing_records r where r.case_id = c.id
                  and (r.kind <> 'objection' or r.purpose <> 'improvement') and r.ended_at is null and r.decided_at is null)
  and not exists (select 1 from case_events e where e.case_id = c.id and e.type in ('case.reopened', 'case.appealed'))
  and not exists (select 1 from case_messages m where m.case_id = c.id and m.author = 'subject' and m.at >
                  coalesce((select max(r.decided_at) from processing_records r where r.case_id = c.id), '-infinity'))`;

async function closeSettled(tx: Tx, caseId: string): Promise<number> {
  const row = await lockCase(tx, caseId);
  const [still] = await tx.db.execute(sql`select 1 from cases c where c.id = ${caseId} and ${isSettled}`);
  if (!row || !still) return 0;
  const parts = await weighedIn(tx, caseId);
  // Named as who decided is who refused, so that they do not decide an appeal against it (S15).
  const decided = parts.find((one) => one.decision === "rejected") ?? parts.find((one) => one.decision !== null);
  if (decided) {
    await closeCase(tx, row, { ...sumOfDecisions(parts), text: null, staffId: decided.decidedBy });
    return 1;
  }
  await endCase(tx, row, { decision: "completed", decidedBy: null, answers: true });
  await recordEvent(tx, { caseId, type: "case.decided", detail: { decision: "completed" } });
  await recordAudit(tx, {
    action: "case.completed",
    object: { type: "case", id: caseId },
    payload: { kind: row.kind },
  });
  return 1;
}

/**
 * A message of the person that nobody answered keeps a limit up, whenever it was written: as long as they are owed a reply, in the
 * case or in the older one that it was merged into.
 */
const isDue = (tx: Tx) =>
  and(
    isNull(processingRecords.endedAt),
    lte(processingRecords.liftsAt, tx.now),
    sql`not exists (select 1 from cases c join case_clocks k on k.case_id in (c.id, c.merged_into)
        where c.id = ${processingRecords.caseId} and k.rule = 'policy-72h' and k.stopped_at is null)`,
    // Nor does a limit fall while its rejection is appealed.
    sql`not exists (select 1 from case_appeals a where a.case_id = ${processingRecords.caseId} and a.reviewed_at is null)`,
  );

async function lift(tx: Tx, { id, caseId }: { id: string; caseId: string | null }): Promise<number> {
  if (caseId) await lockCase(tx, caseId);
  const [record] = await tx.db
    .select()
    .from(processingRecords)
    .where(and(eq(processingRecords.id, id), isDue(tx)))
    .for("update");
  if (!record) return 0;
  const { kind, purpose, system } = record;
  if (caseId) {
    const [row] = await tx.db.select({ id: cases.id }).from(cases).where(eq(cases.id, caseId));
    if (row) {
      await changeCase(tx, caseId, {});
      await recordEvent(tx, { caseId, type: "processing.ended", detail: { kind, purpose, system, how: "lifted" } });
    }
  }
  await recordAudit(tx, {
    action: "processing.lifted",
    object: { type: "processing", id },
    payload: { kind, purpose, system, announcedOn: record.liftAnnouncedAt?.toString().slice(0, 10) ?? null },
  });
  // What a restriction kept from an erasure may go now.
  if (kind === "restriction") await enqueue(tx, "deletion.resume", {});
  await tx.db
    .update(processingRecords)
    .set({ endedAt: tx.now, endedHow: "lifted" })
    .where(eq(processingRecords.id, id));
  if (kind === "restriction") await endExceptions(tx, record);
  return 1;
}
