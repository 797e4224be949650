import { and, eq, sql } from "drizzle-orm";
import { notices, policyVersions } from "../db/schema";
import type { Tx } from "../db/transaction";
import { noticeHours } from "./notice-period";

type Reach = { total: number; unreached: number; late: number; latest: Temporal.Instant | null };

/** How far a notice reached its recipients, by its mail or in a second way, against the version's effective time. */
async function reachOf(tx: Tx, noticeId: string, effectiveAt: Temporal.Instant): Promise<Reach> {
  const deadline = effectiveAt.subtract({ hours: noticeHours }).toString();
  const [row] = await tx.db.execute<{ total: string; unreached: string; late: string; latest: string | null }>(sql`
    select count(*)::text as total,
           (count(*) filter (where not reached))::text as unreached,
           (count(*) filter (where reached and at > ${deadline}::timestamptz))::text as late,
           (max(at) filter (where reached))::text as latest
    from (select r.state in ('sent', 'delivered', 'complained') or w.told_at is not null as reached,
                 case when r.state in ('sent', 'delivered', 'complained')
                      then least(greatest(r.sent_at, r.delivered_at), w.told_at) else w.told_at end as at
          from notice_recipients r left join notice_second_ways w on w.recipient_id = r.id
          where r.notice_id = ${noticeId}) r`);
  return {
    total: Number(row?.total ?? 0),
    unreached: Number(row?.unreached ?? 0),
    late: Number(row?.late ?? 0),
    latest: row?.latest ? Temporal.Instant.from(row.latest) : null,
  };
}

/** How many recipients have not had, or will not have had, the notice period at the effective time. */
export async function uncovered(tx: Tx, noticeId: string): Promise<number> {
  const [row] = await tx.db
    .select({ effectiveAt: policyVersions.effectiveAt })
    .from(notices)
    .innerJoin(policyVersions, eq(policyVersions.id, notices.versionId))
    .where(and(eq(notices.id, noticeId), eq(notices.kind, "announcement")));
  if (!row?.effectiveAt) return 0;
  const reach = await reachOf(tx, noticeId, row.effectiveAt);
  return reach.unreached + reach.late;
}

/**
 * When every recipient will have had the notice period, written to `notices.gate_opens_at`, which the
 * policy in force is read by (`effect-gate.ts`): null as long as somebody was not reached, unless two
 * officers logged an exception that covers at least as many. A version that has taken effect stays so; the
 * notice of a withdrawal has no gate.
 */
export async function refreshGate(tx: Tx, noticeId: string): Promise<void> {
  const [notice] = await tx.db
    .select({ frozenAt: notices.frozenAt, gateOpensAt: notices.gateOpensAt, effectiveAt: policyVersions.effectiveAt })
    .from(notices)
    .innerJoin(policyVersions, eq(policyVersions.id, notices.versionId))
    .where(and(eq(notices.id, noticeId), eq(notices.kind, "announcement")))
    .for("no key update", { of: notices });
  if (!notice?.frozenAt || !notice.effectiveAt) return;
  const { effectiveAt, gateOpensAt } = notice;
  const past = (at: Temporal.Instant) => Temporal.Instant.compare(at, tx.now) <= 0;
  if (gateOpensAt && past(gateOpensAt) && past(effectiveAt)) return;
  const [granted] = await tx.db.execute<{ recipients: number | null; at: string | null }>(sql`
    select max(recipients) as recipients, max(approved_at)::text as at
    from notice_exceptions where notice_id = ${noticeId} and approved_at is not null`);
  const excepted = Number(granted?.recipients ?? 0);
  // While mails are still going out somebody is unreached for sure: no need to count a million rows for it.
  const counts = excepted > 0 || !(await somebodyWaits(tx, noticeId));
  const opens = counts
    ? gateOf(await reachOf(tx, noticeId, effectiveAt), effectiveAt, excepted, notice.frozenAt)
    : null;
  const changed = opens === null ? gateOpensAt !== null : !gateOpensAt || !opens.equals(gateOpensAt);
  if (changed) await tx.db.update(notices).set({ gateOpensAt: opens }).where(eq(notices.id, noticeId));
}

/** Whether somebody's mail is still to be handed over and no second way told them. */
async function somebodyWaits(tx: Tx, noticeId: string): Promise<boolean> {
  const [one] = await tx.db.execute(sql`
    select 1 from notice_recipients r where r.notice_id = ${noticeId} and r.state = 'queued'
      and not exists (select 1 from notice_second_ways w where w.recipient_id = r.id and w.told_at is not null) limit 1`);
  return one !== undefined;
}

/**
 * Pure rule of the gate.
 * @param excepted how many recipients the logged exceptions cover
 */
export function gateOf(
  reach: Reach,
  effectiveAt: Temporal.Instant,
  excepted: number,
  frozenAt: Temporal.Instant,
): Temporal.Instant | null {
  if (reach.total === 0) return frozenAt;
  // The exception covers those never reached first, then those reached too late.
  if (excepted > 0 && reach.unreached + reach.late <= excepted) return effectiveAt;
  if (reach.unreached > excepted) return null;
  return (reach.latest ?? effectiveAt).add({ hours: noticeHours });
}
