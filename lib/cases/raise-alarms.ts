import { and, eq, gt, inArray, isNull, lte, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { caseClocks, cases, people, staff } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { timestamptz } from "../db/types";
import { newId } from "../ids";
import { queueMail } from "../mail/queue-mail";

/** Clocks told of in one run; the next minute's takes the rest. */
const most = 500;
/** As many as a mail names; of the rest it has the number. */
const named = 20;

type Alarm = { reference: string; rule: (typeof caseClocks.$inferSelect)["rule"]; dueAt: string; missed: boolean };
type Told = Alarm & { assignedTo: string | null };

/**
 * Job, every minute: tells the colleague who has a case, and every officer, once when a clock of it is near
 * (`desk.nearHours`) and once when it was missed. Which clocks were told of is written down in the transaction that puts
 * the mails into the queue, so no run tells of one again before it runs on after a stop, or is due later (`run-clocks.ts`); a clock
 * that was missed unseen is told of once, as missed.
 */
export async function raiseAlarms(ctx: Ctx): Promise<{ near: number; missed: number }> {
  return withTransaction(ctx, async (tx) => {
    const missed = await claim(tx, true);
    const near = await claim(tx, false);
    const all = [...missed, ...near];
    if (all.length === 0) return { near: 0, missed: 0 };
    const run = newId();
    const told = await tell(tx, all, run);
    await recordAudit(tx, {
      action: "clocks.told",
      object: { type: "clock", id: "running" },
      payload: { near: near.length, missed: missed.length, mails: told },
    });
    return { near: near.length, missed: missed.length };
  });
}

async function claim(tx: Tx, missed: boolean): Promise<Told[]> {
  const soon = tx.now.add({ hours: config.desk.nearHours });
  const due = await tx.db
    .select({
      ...{ id: caseClocks.id, rule: caseClocks.rule, dueAt: caseClocks.dueAt },
      ...{ reference: cases.reference, assignedTo: cases.assignedTo },
    })
    .from(caseClocks)
    .innerJoin(cases, eq(cases.id, caseClocks.caseId))
    .where(
      and(
        isNull(caseClocks.stoppedAt),
        // One that stands still is due at no known time.
        sql`not jsonb_path_exists(${caseClocks.pauses}, '$[*] ? (!exists(@.until))')`,
        isNull(cases.closedAt),
        isNull(caseClocks.missedToldAt),
        missed
          ? lte(caseClocks.dueAt, tx.now)
          : and(isNull(caseClocks.nearToldAt), gt(caseClocks.dueAt, tx.now), lte(caseClocks.dueAt, soon)),
      ),
    )
    .orderBy(caseClocks.dueAt)
    .limit(most)
    .for("update", { of: caseClocks, skipLocked: true });
  if (due.length === 0) return [];
  await tx.db
    .update(caseClocks)
    .set(
      missed
        ? { missedToldAt: tx.now, nearToldAt: sql`coalesce(near_told_at, ${timestamptz(tx.now)})` }
        : { nearToldAt: tx.now },
    )
    .where(
      inArray(
        caseClocks.id,
        due.map(({ id }) => id),
      ),
    );
  return due.map(({ reference, rule, dueAt, assignedTo }) => ({
    ...{ reference, rule, assignedTo, missed, dueAt: dueAt.toString() },
  }));
}

/** One mail a colleague and run, however many clocks it tells of. */
async function tell(tx: Tx, alarms: Told[], run: string): Promise<number> {
  const colleagues = await tx.db
    .select({ staffId: staff.id, role: staff.role, email: people.email })
    .from(staff)
    .innerJoin(people, eq(people.id, staff.personId))
    .where(isNull(staff.disabledAt));
  let mails = 0;
  for (const { staffId, role, email } of colleagues) {
    const theirs = alarms.filter(({ assignedTo }) => role === "officer" || assignedTo === staffId);
    if (theirs.length === 0) continue;
    mails++;
    const count = (missed: boolean) => theirs.filter((one) => one.missed === missed).length;
    await queueMail(tx, {
      template: "clock-alarm",
      to: email,
      props: {
        ...{ near: count(false), missed: count(true) },
        clocks: theirs.slice(0, named).map(({ reference, rule, dueAt, missed }) => ({
          ...{ reference, rule, dueAt, missed },
        })),
      },
      idempotencyKey: `clock-alarm-${run}-${staffId}`,
    });
  }
  return mails;
}
