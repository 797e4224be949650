import { sql } from "drizzle-orm";
import type { Tx } from "../db/transaction";

/** How many mails had been handed over, delivered and had come back (bounced or failed) by then. */
export type CurvePoint = { at: string; sent: number; delivered: number; back: number };
export type DeliveryCurve = { stepSeconds: number; points: CurvePoint[] };

const steps = [1, 5, 15, 60, 300, 900, 3600, 21_600, 86_400, 604_800];
const mostPoints = 48;

/** The first of the usual steps with which the span needs no more points than a chart can show. */
export const stepOf = (seconds: number): number =>
  steps.find((step) => seconds / step <= mostPoints) ?? Math.ceil(seconds / mostPoints);

type Step = number | null;

/**
 * How a notice's delivery went, as running totals at even steps of time, in one pass over the ledger.
 * @param from the first hand-over, in seconds since 1970
 * @param to the last thing that happened to a mail that was handed over
 * @returns null before the first hand-over
 */
export async function deliveryCurve(tx: Tx, noticeId: string, from: number, to: number): Promise<DeliveryCurve | null> {
  if (!Number.isFinite(from) || !Number.isFinite(to)) return null;
  const stepSeconds = stepOf(to - from);
  const step = (at: "sent_at" | "delivered_at" | "failed_at") =>
    sql`floor(extract(epoch from ${sql.identifier(at)}) / ${stepSeconds})::float8`;
  const groups = await tx.db.execute<{ sent: Step; delivered: Step; back: Step; n: number }>(sql`
    select ${step("sent_at")} as sent, ${step("delivered_at")} as delivered, ${step("failed_at")} as back, count(*)::int as n
    from notice_recipients where notice_id = ${noticeId} and sent_at is not null group by 1, 2, 3`);
  const happened = new Map<number, { sent: number; delivered: number; back: number }>();
  for (const group of groups)
    for (const what of ["sent", "delivered", "back"] as const) {
      const place = group[what];
      if (place === null) continue;
      const counts = happened.get(place) ?? { sent: 0, delivered: 0, back: 0 };
      counts[what] += group.n;
      happened.set(place, counts);
    }
  const total = { sent: 0, delivered: 0, back: 0 };
  const points = [...happened]
    .sort(([a], [b]) => a - b)
    .map(([place, counts]) => {
      for (const what of ["sent", "delivered", "back"] as const) total[what] += counts[what];
      const end = Temporal.Instant.fromEpochMilliseconds((place + 1) * stepSeconds * 1000);
      return { at: end.toString(), ...total };
    });
  return { stepSeconds, points };
}
