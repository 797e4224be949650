import { desc, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { legalHolds } from "../db/schema";
import { withRead } from "../db/transaction";
import { type HoldRow, openKnownBy, openWords } from "./sealed-words";
import { groundWords, type HoldGround } from "./words";

export type HoldState = "requested" | "lapsed" | "set" | "release-requested" | "released" | "withdrawn";

export type HoldForDesk = Omit<HoldRow, "note" | "concealReason" | "releaseReason" | "identities"> & {
  state: HoldState;
  /** The account it was found by; null for a collection, and once it ended. */
  address: string | null;
  note: string;
  concealReason: string | null;
  releaseReason: string | null;
  /** Until when one that was only asked for keeps anything. */
  lapsesAt: Temporal.Instant;
};

const lapseOf = (hold: HoldRow) => hold.requestedAt.add({ hours: config.holds.provisionalHours });

function stateOf(hold: HoldRow, now: Temporal.Instant): HoldState {
  if (hold.withdrawnAt) return "withdrawn";
  if (hold.releasedAt) return "released";
  if (hold.releaseRequestedAt) return "release-requested";
  if (hold.setAt) return "set";
  return Temporal.Instant.compare(lapseOf(hold), now) > 0 ? "requested" : "lapsed";
}

/** Every hold for staff: those that stand first, then the newest. */
export async function holdsForDesk(ctx: Ctx, limit = 500): Promise<HoldForDesk[]> {
  if (ctx.actor.kind !== "staff") return [];
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .select()
      .from(legalHolds)
      .orderBy(
        sql`${legalHolds.releasedAt} is not null or ${legalHolds.withdrawnAt} is not null`,
        desc(legalHolds.requestedAt),
      )
      .limit(limit);
    return rows.map((row) => {
      const { note: _note, concealReason: _conceal, releaseReason: _release, identities: _identities, ...rest } = row;
      return {
        ...rest,
        state: stateOf(row, tx.now),
        address: openKnownBy(row)?.address ?? null,
        note: openWords(row, "note") ?? "",
        concealReason: openWords(row, "concealReason"),
        releaseReason: openWords(row, "releaseReason"),
        lapsesAt: lapseOf(row),
      };
    });
  });
}

export type HoldForPerson = {
  id: string;
  scope: "person" | "company";
  /** Named by the data map; null: everything. */
  system: string | null;
  collection: string | null;
  fromAt: Temporal.Instant | null;
  untilAt: Temporal.Instant | null;
  setAt: Temporal.Instant;
  ground: HoldGround;
};

/** The holds that stand on the signed-in person's own or their company's data, but for those an officer concealed. */
export async function myHolds(ctx: Ctx): Promise<HoldForPerson[]> {
  if (ctx.actor.kind !== "holder") return [];
  return withRead(ctx, async (tx) => {
    // Row security gives a person just these.
    const { id, scope, system, collection, fromAt, untilAt, setAt, ground } = legalHolds;
    const rows = await tx.db.select({ id, scope, system, collection, fromAt, untilAt, setAt, ground }).from(legalHolds);
    return rows.flatMap((row) =>
      row.setAt && row.scope !== "collection" ? [{ ...row, scope: row.scope, setAt: row.setAt }] : [],
    );
  });
}

/** Why rows of a person stay, in words that they may read; said without the hold where they may not know of it. */
export function heldWords(holds: readonly Pick<HoldForPerson, "ground">[]): string {
  const sentences = [
    ...new Set(holds.map(({ ground }) => `${groundWords[ground].sentence} (${groundWords[ground].source})`)),
  ];
  return sentences.length > 0 ? sentences.join(" ") : "The law asks us to keep it for now (GDPR Art. 17(3)).";
}
