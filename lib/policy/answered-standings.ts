import { sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Tx } from "../db/transaction";
import { timestamptz } from "../db/types";
import type { PromiseId } from "./promises";

/** What the database shows of one promise. */
export type Measured = { broken?: boolean; evidence: string; at: Temporal.Instant };

type Row = { kind: string; due: number; in_time: number; at: string | null };
const rights = {
  access: "right.access",
  portability: "right.portability",
  correction: "right.correction",
  deletion: "right.deletion",
  objection: "right.objection",
  restriction: "right.restriction",
} as const satisfies Record<string, PromiseId>;

/** Over how many days everything here is counted. */
const days = 90;

/**
 * Of the rights: whether the answers of the last 90 days came within the month the law gives, and what else shows that an answer was
 * carried out. Of demands by authorities that may be told of: that those they are about were told. Of business transfers: that
 * everybody was told before.
 */
export async function answeredStandings(tx: Tx): Promise<Partial<Record<PromiseId, Measured>>> {
  const now = timestamptz(tx.now);
  const since = timestamptz(tx.now.subtract({ hours: days * 24 }));
  const found: Partial<Record<PromiseId, Measured>> = {};
  const answered = await tx.db.execute<Row>(sql`
    select c.kind, count(*)::int as due, (count(*) filter (where k.stopped_at <= k.due_at))::int as in_time,
           max(least(coalesce(k.stopped_at, k.due_at), ${now}))::text as at
    from case_clocks k join cases c on c.id = k.case_id
    where k.rule = 'gdpr-1m' and c.kind <> 'inquiry' and c.decision is distinct from 'cancelled'
      and ((k.stopped_at >= ${since} and k.stopped_at <= ${now}) or (k.stopped_at is null and k.due_at between ${since} and ${now}))
    group by c.kind`);
  for (const { kind, due, in_time: inTime, at } of answered)
    if (at && Object.hasOwn(rights, kind))
      found[rights[kind as keyof typeof rights]] = {
        broken: inTime < due,
        evidence: `${inTime} of ${plural(due, "request", "requests")} answered within the month the law gives, in the last ${days} days.`,
        at: Temporal.Instant.from(at),
      };
  for (const [id, more] of await carriedOut(tx)) found[id] = joined(found[id], more);
  const demands = await demandsOpened(tx);
  if (demands) found["share.legal"] = demands;
  const [transfer] = await tx.db.execute<{ at: string; days: number }>(sql`
    select greatest(t.published_at, v.announced_at)::text as at,
           floor(extract(epoch from t.happens_at - v.announced_at) / 86400)::int as days
    from business_transfers t join policy_versions v on v.id = t.version_id
    where t.withdrawn_at is null order by t.published_at desc limit 1`);
  if (transfer)
    found["share.transfer"] = {
      broken: transfer.days < config.clocks.noticeDays,
      evidence: `The last transfer was announced ${plural(transfer.days, "day", "days")} before it takes effect.`,
      at: Temporal.Instant.from(transfer.at),
    };
  return found;
}

/** One promise measured in several ways: broken by any. */
export function joined(...given: [Measured | undefined, Measured] | [Measured, Measured | undefined]): Measured {
  const [one, other] = given;
  if (!one || !other) return (one ?? other) as Measured;
  return {
    broken: Boolean(one.broken || other.broken),
    evidence: `${one.evidence} ${other.evidence}`,
    at: Temporal.Instant.compare(one.at, other.at) > 0 ? one.at : other.at,
  };
}

type Carried = {
  asked: number;
  late: number;
  answered_at: string | null;
  sent: number;
  arrived_at: string | null;
  objected: number;
  objected_at: string | null;
  limited: number;
  limited_at: string | null;
  lifted: number;
  lifted_early: number;
  lifted_at: string | null;
};

/** What was done about requests beyond answering them: the providers' answers, what was sent on, and what stopped. */
async function carriedOut(tx: Tx): Promise<[PromiseId, Measured][]> {
  const now = timestamptz(tx.now);
  const since = timestamptz(tx.now.subtract({ hours: days * 24 }));
  const [row] = await tx.db.execute<Carried>(sql`
    select p.*, t.*, r.*, l.* from
      (select count(*)::int as asked, (count(*) filter (where coalesce(answered_at, ${now}) > due_at))::int as late,
              max(least(coalesce(answered_at, due_at), ${now}))::text as answered_at
         from provider_erasures where way <> 'none' and (answered_at between ${since} and ${now}
           or (owed_at is not null and answered_at is null and due_at between ${since} and ${now}))) p,
      (select count(*)::int as sent, max(arrived_at)::text as arrived_at
         from transfers where arrived_at between ${since} and ${now}) t,
      (select coalesce(sum(f.count) filter (where o.objection), 0)::int as objected,
              (max(f.last_at) filter (where o.objection))::text as objected_at,
              coalesce(sum(f.count) filter (where o.restriction), 0)::int as limited,
              (max(f.last_at) filter (where o.restriction))::text as limited_at
         from processing_refusals f cross join lateral (
           select bool_or(kind = 'objection' and purpose = f.purpose) as objection,
                  bool_or(kind = 'restriction' and (purpose is null or purpose = f.purpose)) as restriction
           from processing_records r where (r.person_id = f.person_id or r.subject = f.subject) and r.in_effect_from <= f.last_at
             and (r.ended_at is null or r.ended_at >= f.last_at)) o
         where f.last_at between ${since} and ${now}) r,
      (select count(*)::int as lifted, max(ended_at)::text as lifted_at,
              (count(*) filter (where ended_at < lift_announced_at + make_interval(days => ${config.processing.liftDays})))::int as lifted_early
         from processing_records where kind = 'restriction' and ended_how = 'lifted' and ended_at between ${since} and ${now}) l`);
  if (!row) return [];
  const at = (text: string | null) => Temporal.Instant.from(text ?? "");
  const found: [PromiseId, Measured][] = [];
  if (row.answered_at)
    found.push([
      "right.deletion",
      {
        broken: row.late > 0,
        evidence: `${row.asked - row.late} of ${plural(row.asked, "provider", "providers")} told of an erasure answered in time.`,
        at: at(row.answered_at),
      },
    ]);
  if (row.arrived_at)
    found.push([
      "right.portability",
      {
        evidence: `${plural(row.sent, "package", "packages")} sent straight to another provider, which acknowledged it.`,
        at: at(row.arrived_at),
      },
    ]);
  if (row.objected_at)
    found.push([
      "right.objection",
      {
        evidence: `Objections stopped a use ${plural(row.objected, "time", "times")} when the platform asked.`,
        at: at(row.objected_at),
      },
    ]);
  if (row.limited_at)
    found.push([
      "right.restriction",
      {
        evidence: `Limits stopped a use ${plural(row.limited, "time", "times")} when the platform asked.`,
        at: at(row.limited_at),
      },
    ]);
  if (row.lifted_at)
    found.push([
      "right.restriction",
      {
        broken: row.lifted_early > 0,
        evidence: `${row.lifted - row.lifted_early} of ${plural(row.lifted, "limit", "limits")} that ended ${row.lifted === 1 ? "was" : "were"} announced ${plural(config.processing.liftDays, "day", "days")} before.`,
        at: at(row.lifted_at),
      },
    ]);
  return found;
}

/** Hours in which those a demand is about are told once nothing seals it any more: a job does it every ten minutes. */
const toldHours = 24;

async function demandsOpened(tx: Tx): Promise<Measured | null> {
  const late = timestamptz(tx.now.subtract({ hours: toldHours }));
  const [row] = await tx.db.execute<{ open: number; less: number; untold: number; at: string | null }>(sql`
    select (count(*) filter (where opened_at is not null))::int as open,
           (count(*) filter (where opened_at is not null and outcome <> 'given'))::int as less,
           (count(*) filter (where ${untold(late)}))::int as untold,
           max(coalesce(opened_at, released_at))::text as at
    from disclosures where opened_at is not null or ${untold(late)}`);
  if (!row?.at) return null;
  const evidence = `${plural(row.open, "demand", "demands")} by authorities answered, each released by a second officer; ${row.less} narrowed or refused.`;
  return {
    broken: row.untold > 0,
    evidence:
      row.untold === 0
        ? evidence
        : `${evidence} Those that ${row.untold} more ${row.untold === 1 ? "is" : "are"} about should have been told by now.`,
    at: Temporal.Instant.from(row.at),
  };
}

/** Released, no longer sealed, and nobody was told although there was time. */
const untold = (late: ReturnType<typeof timestamptz>) => sql`
  (opened_at is null and released_at < ${late} and coalesce(greatest(sealed_until, extended_until) < ${late}, true))`;

const plural = (count: number, one: string, many: string): string =>
  `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;
