import { asc } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { CaseKind } from "../cases/clocks";
import { systemCtx } from "../context";
import { attainmentCounts, caseKinds } from "../db/schema";
import { withRead } from "../db/transaction";
import { type AttainmentRow, allKinds, countIn, wholeYear } from "./count-attainment";
import { type Figures, publish } from "./publish";

export type Attainment = {
  countedAt: string;
  /** First and last month that the figures cover, as `2026-07`. */
  from: string;
  to: string;
  atLeast: number;
  whole: Figures;
  kinds: ({ kind: CaseKind } & Figures)[];
  months: ({ month: string } & Figures)[];
};

/**
 * How requests were answered, for everybody: the figures counted last night, or counted now while none were. Only figures of enough
 * requests leave this function, no person's row does, which is why it may read as the system on a public page.
 */
export async function attainment(clock?: () => Temporal.Instant): Promise<Attainment> {
  const rows = await withRead(systemCtx("public:attainment", clock), async (tx) => {
    const counted = await tx.db.select().from(attainmentCounts).orderBy(asc(attainmentCounts.position));
    return counted.length > 0 ? counted : countIn(tx);
  });
  return shownOf(rows, config.attainment.atLeast);
}

export function shownOf(rows: readonly AttainmentRow[], atLeast: number): Attainment {
  const whole = rows.find(({ period, kind }) => period === wholeYear && kind === allKinds);
  if (!whole) throw new Error("the figures have no whole");
  const ofKinds = caseKinds.flatMap((kind) => rows.filter((row) => row.period === wholeYear && row.kind === kind));
  const ofMonths = rows.filter(({ period }) => period !== wholeYear);
  const byKind = publish(whole, ofKinds, atLeast);
  const byMonth = publish(whole, ofMonths, atLeast);
  return {
    countedAt: whole.countedAt.toString(),
    from: ofMonths[0]?.period ?? "",
    to: ofMonths.at(-1)?.period ?? "",
    atLeast,
    whole: byKind.whole,
    kinds: ofKinds.map(({ kind }, at) => ({ kind: kind as CaseKind, ...(byKind.parts[at] as Figures) })),
    months: ofMonths.map(({ period }, at) => ({ month: period, ...(byMonth.parts[at] as Figures) })),
  };
}
