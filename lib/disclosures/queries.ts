import { desc, eq, isNotNull, sql } from "drizzle-orm";
import { type Ctx, systemCtx } from "../context";
import { disclosurePeople, disclosures } from "../db/schema";
import { withRead } from "../db/transaction";
import { countDisclosures, type YearOfDisclosures } from "./count-disclosures";
import { type DisclosureWords, openDisclosure } from "./sealed-words";
import type { DisclosureRow } from "./with-disclosure";
import type { AuthorityKind, DisclosureGround, DisclosureOutcome } from "./words";

export type DisclosureState = "requested" | "sealed" | "opening" | "open" | "withdrawn";
export type DisclosureForDesk = Omit<DisclosureRow, "words"> &
  DisclosureWords & { state: DisclosureState; named: number; sealEnds: Temporal.Instant | null };

function stateOf(row: DisclosureRow, sealEnds: Temporal.Instant | null, now: Temporal.Instant): DisclosureState {
  if (row.withdrawnAt) return "withdrawn";
  if (row.openedAt) return "open";
  if (!row.releasedAt) return "requested";
  return sealEnds && Temporal.Instant.compare(sealEnds, now) > 0 ? "sealed" : "opening";
}

/** Every recorded demand for staff, those that wait for a second officer first, then the newest. */
export async function disclosuresForDesk(ctx: Ctx, limit = 500): Promise<DisclosureForDesk[]> {
  if (ctx.actor.kind !== "staff") return [];
  return withRead(ctx, async (tx) => {
    const named = sql<number>`(select count(*)::int from ${disclosurePeople} p where p.disclosure_id = "disclosures"."id")`;
    const rows = await tx.db
      .select({ row: disclosures, named })
      .from(disclosures)
      .orderBy(
        sql`${disclosures.releasedAt} is not null or ${disclosures.withdrawnAt} is not null`,
        desc(disclosures.requestedAt),
      )
      .limit(limit);
    return rows.map(({ row, named: count }) => {
      const { words, ...rest } = row;
      const sealEnds = row.extendedUntil ?? row.sealedUntil;
      return {
        ...{ ...rest, ...openDisclosure(row.id, words), named: count, sealEnds },
        state: stateOf(row, sealEnds, tx.now),
      };
    });
  });
}

export type DisclosureForPerson = {
  id: string;
  toldAt: string;
  receivedAt: string;
  authorityKind: AuthorityKind;
  ground: DisclosureGround;
  outcome: DisclosureOutcome;
  asked: string[];
  given: string[];
};

/** What authorities asked about the signed-in person and were given, once they were told; row security gives them just these. */
export async function myDisclosures(ctx: Ctx): Promise<DisclosureForPerson[]> {
  if (ctx.actor.kind !== "holder") return [];
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .select({ row: disclosures, toldAt: disclosurePeople.toldAt })
      .from(disclosurePeople)
      .innerJoin(disclosures, eq(disclosures.id, disclosurePeople.disclosureId))
      .orderBy(desc(disclosurePeople.toldAt));
    return rows.map(({ row, toldAt }) => ({
      ...{ id: row.id, toldAt: String(toldAt), receivedAt: row.receivedAt.toString() },
      ...{ authorityKind: row.authorityKind, ground: row.ground, outcome: row.outcome },
      ...{ asked: row.asked, given: row.given },
    }));
  });
}

export type PublicDisclosures = { now: string; years: YearOfDisclosures[] };
/** Years on the public page; older records are no longer kept. */
const shownYears = 6;

/** Counts by year and kind for everybody, of no person, which is why it may read as the system. */
export function publicDisclosures(clock?: () => Temporal.Instant): Promise<PublicDisclosures> {
  return withRead(systemCtx("public:disclosures", clock), async (tx) => {
    const rows = await tx.db
      .select({
        year: sql<number>`extract(year from ${disclosures.receivedAt} at time zone 'UTC')::int`,
        authorityKind: disclosures.authorityKind,
        outcome: disclosures.outcome,
        isOpen: sql<boolean>`${disclosures.openedAt} is not null`,
      })
      .from(disclosures)
      .where(isNotNull(disclosures.releasedAt));
    const last = tx.now.toZonedDateTimeISO("UTC").year;
    const years = Array.from({ length: shownYears }, (_, at) => last - at);
    return { now: tx.now.toString(), years: countDisclosures(rows, years) };
  });
}
