import { sql } from "drizzle-orm";
import type { Ctx } from "../context";
import type { recipientStates } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { log } from "../log";
import { type DeliveryCurve, deliveryCurve } from "./delivery-curve";
import { isRetriable } from "./freeze-retry";
import { uncovered } from "./refresh-gate";

export type RecipientState = (typeof recipientStates)[number];

/** What the ledger of one notice holds, counted. */
export type LedgerFigures = {
  countedAt: Temporal.Instant;
  total: number;
  states: Record<RecipientState, number>;
  /** With an address that a mail can go to. */
  addressed: number;
  handedOver: number;
  /** Failed for a reason that may pass, so that an officer can have them tried again. */
  retriable: number;
  /** Who used the platform after the version took effect, among those it was owed to. */
  acknowledged: number;
  /** Why the others were not reached, most frequent first: `address`, `refused`, `bounced` ... */
  failures: { failure: string; count: number }[];
  /** Short of the notice period at the effective time: the number that an exception would have to cover. */
  short: number;
  curve: DeliveryCurve | null;
};

/** Ledgers from this size on are not counted at every look: a million rows take some seconds. */
const large = 20_000;
/** A count is good for so many times as long as it took, and never longer than a minute. */
const worth = 10;
const longestMs = 60_000;

type Kept = { figures: LedgerFigures; at: number; goodForMs: number };
const kept = new Map<string, Kept>();
const running = new Map<string, Promise<LedgerFigures>>();

/**
 * The figures of a notice, for staff and the system. Those of a small ledger are of now; those of a large one may be up to a
 * minute old (`countedAt`), and however many look at it, it is counted once at a time.
 */
export function ledgerFigures(ctx: Ctx, noticeId: string): Promise<LedgerFigures> {
  const known = kept.get(noticeId);
  const age = known ? performance.now() - known.at : Number.POSITIVE_INFINITY;
  if (known && age < known.goodForMs) return Promise.resolve(known.figures);
  const next = running.get(noticeId) ?? count(ctx, noticeId);
  if (!known || age > longestMs) return next;
  // Whoever waits for it is told; nobody does here.
  next.catch((error) => log.warn({ err: error, noticeId }, "a ledger could not be counted"));
  return Promise.resolve(known.figures);
}

function count(ctx: Ctx, noticeId: string): Promise<LedgerFigures> {
  const began = performance.now();
  const counting = withRead(ctx, (tx) => read(tx, noticeId))
    .then((figures) => {
      kept.delete(noticeId);
      if (figures.total >= large) {
        const goodForMs = Math.min(longestMs, worth * (performance.now() - began));
        kept.set(noticeId, { figures, at: performance.now(), goodForMs });
      }
      return figures;
    })
    .finally(() => running.delete(noticeId));
  running.set(noticeId, counting);
  return counting;
}

type Group = {
  state: RecipientState;
  failure: string | null;
  count: number;
  handed: number;
  retriable: number;
  first: number | null;
  last: number | null;
};

async function read(tx: Tx, noticeId: string): Promise<LedgerFigures> {
  const groups = await tx.db.execute<Group>(sql`
    select state, failure, count(*)::int as count, count(sent_at)::int as handed,
           (count(*) filter (where ${isRetriable}))::int as retriable,
           extract(epoch from min(sent_at))::float8 as first,
           extract(epoch from max(greatest(sent_at, delivered_at, failed_at)) filter (where sent_at is not null))::float8 as last
    from notice_recipients r where notice_id = ${noticeId} group by state, failure`);
  const [used] = await tx.db.execute<{ n: number }>(sql`
    select count(*)::int as n from acknowledgements a join notices n on n.version_id = a.version_id
      join notice_recipients k on k.notice_id = n.id and k.platform_user_id = a.subject
    where n.id = ${noticeId}`);
  const sum = (of: (group: Group) => number) => groups.reduce((total, group) => total + of(group), 0);
  const states = { queued: 0, sent: 0, delivered: 0, bounced: 0, complained: 0, failed: 0 };
  const failures = new Map<string, number>();
  for (const { state, failure, count } of groups) {
    states[state] += count;
    if (failure) failures.set(failure, (failures.get(failure) ?? 0) + count);
  }
  const times = (of: "first" | "last") => groups.flatMap((group) => group[of] ?? []);
  return {
    countedAt: tx.now,
    total: sum(({ count }) => count),
    states,
    addressed: sum(({ failure, count }) => (failure === "address" || failure === "second-way" ? 0 : count)),
    handedOver: sum(({ handed }) => handed),
    retriable: sum(({ retriable }) => retriable),
    acknowledged: used?.n ?? 0,
    failures: [...failures]
      .map(([failure, count]) => ({ failure, count }))
      .sort((a, b) => b.count - a.count || (a.failure < b.failure ? -1 : 1)),
    short: await uncovered(tx, noticeId),
    curve: await deliveryCurve(tx, noticeId, Math.min(...times("first")), Math.max(...times("last"))),
  };
}
