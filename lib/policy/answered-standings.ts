import { sql } from "drizzle-orm";
import type { Tx } from "../db/transaction";
import type { PromiseId } from "./promises";

/** What the database shows of one promise. */
export type Measured = { broken?: boolean; evidence: string; at: Temporal.Instant };

type Row = { kind: string; due: number; in_time: number; at: string | null };
const rights = {
  correction: "right.correction",
  deletion: "right.deletion",
  objection: "right.objection",
  restriction: "right.restriction",
} as const satisfies Record<string, PromiseId>;

/**
 * Of the rights that people decide: whether the answers of the last 90 days came within the month the law gives. Of demands by
 * authorities that may be told of: that two officers released each. Of business transfers: that everybody was told before.
 */
export async function answeredStandings(tx: Tx): Promise<Partial<Record<PromiseId, Measured>>> {
  const now = tx.now.toString();
  const since = tx.now.subtract({ hours: 90 * 24 }).toString();
  const found: Partial<Record<PromiseId, Measured>> = {};
  const answered = await tx.db.execute<Row>(sql`
    select c.kind, count(*)::int as due, (count(*) filter (where k.stopped_at <= k.due_at))::int as in_time,
           max(least(coalesce(k.stopped_at, k.due_at), ${now}::timestamptz))::text as at
    from case_clocks k join cases c on c.id = k.case_id
    where k.rule = 'gdpr-1m' and c.kind in ('correction', 'deletion', 'objection', 'restriction')
      and c.decision is distinct from 'cancelled'
      and ((k.stopped_at >= ${since} and k.stopped_at <= ${now}) or (k.stopped_at is null and k.due_at between ${since} and ${now}))
    group by c.kind`);
  for (const { kind, due, in_time: inTime, at } of answered)
    if (at && Object.hasOwn(rights, kind))
      found[rights[kind as keyof typeof rights]] = {
        broken: inTime < due,
        evidence: `${inTime} of ${plural(due, "request", "requests")} answered within the month the law gives, in the last 90 days.`,
        at: Temporal.Instant.from(at),
      };
  const [demands] = await tx.db.execute<{ open: number; less: number; at: string | null }>(sql`
    select count(*)::int as open, (count(*) filter (where outcome <> 'given'))::int as less, max(opened_at)::text as at
    from disclosures where opened_at is not null`);
  if (demands?.at)
    found["share.legal"] = {
      evidence: `${plural(demands.open, "demand", "demands")} by authorities answered, each released by a second officer; ${demands.less} narrowed or refused.`,
      at: Temporal.Instant.from(demands.at),
    };
  const [transfer] = await tx.db.execute<{ at: string; days: number }>(sql`
    select greatest(t.published_at, v.announced_at)::text as at,
           floor(extract(epoch from t.happens_at - v.announced_at) / 86400)::int as days
    from business_transfers t join policy_versions v on v.id = t.version_id
    where t.withdrawn_at is null order by t.published_at desc limit 1`);
  if (transfer)
    found["share.transfer"] = {
      evidence: `The last transfer was announced ${plural(transfer.days, "day", "days")} before it takes effect.`,
      at: Temporal.Instant.from(transfer.at),
    };
  return found;
}

const plural = (count: number, one: string, many: string): string =>
  `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;
