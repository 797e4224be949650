import { and, desc, eq, isNull } from "drizzle-orm";
import type { Ctx } from "../context";
import type { KeptBack } from "../data-map/held";
import { deletions } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { keptBack, type OwnErasure, type StandingHolds, standingNow } from "../holds/kept-back";
import { ErasureRefused } from "./catalog";
import type { Sighting } from "./sightings";

/** What nothing may delete or change now, and by what a hold that begins after this was read is known. */
export type KeptNow = { kept: KeptBack[]; standing: StandingHolds };

/** For an erasure that nobody asked for about themselves. */
export const keptByOthers = (ctx: Ctx): Promise<KeptNow> =>
  withRead(ctx, async (tx) => ({ standing: await standingNow(tx), kept: await keptBack(tx, "erasure") }));

/** For an erasure that is done again: what they had restricted themselves before they asked for it does not keep it. */
export function keptFromReplay(
  ctx: Ctx,
  sighting: Pick<Sighting, "scope" | "id" | "at" | "withCompany">,
): Promise<KeptNow> {
  return withRead(ctx, async (tx) => {
    const standing = await standingNow(tx);
    return { standing, kept: await keptBack(tx, "erasure", await ownErasure(tx, sighting)) };
  });
}

/**
 * For an erasure outside of any case. Nothing says when they asked for it, so what they had restricted themselves is kept too.
 * @param isCopy the platform is a copy: what cannot be known keeps nothing there
 * @throws ErasureRefused when the trust center's database cannot be asked
 */
export async function keptByCommand(ctx: Ctx, isCopy: boolean): Promise<KeptNow> {
  try {
    return await keptByOthers(ctx);
  } catch (cause) {
    if (isCopy) return { kept: [], standing: new Set() };
    throw new ErasureRefused(
      "Nothing was erased: the trust center's database cannot be asked which legal holds stand. Set its variables (DATABASE_URL, MASTER_KEYS and others), or add --copy on a copy of the platform.",
      { cause },
    );
  }
}

/** Of a deletion that this database does not know, since it was restored, the list says when; whatever is known is older. */
async function ownErasure(
  tx: Tx,
  { scope, id, at, withCompany }: Pick<Sighting, "scope" | "id" | "at" | "withCompany">,
): Promise<OwnErasure | undefined> {
  if (id === null || withCompany) return undefined;
  const account = scope === "company" ? deletions.platformCompanyId : deletions.platformUserId;
  const [known] = await tx.db
    .select({ personId: deletions.personId, account: deletions.platformUserId, requestedAt: deletions.requestedAt })
    .from(deletions)
    .where(and(eq(deletions.scope, scope), eq(account, id), isNull(deletions.cancelledAt)))
    .orderBy(desc(deletions.requestedAt))
    .limit(1);
  if (known) return { ...known, account: known.account ?? undefined };
  return scope === "person" ? { personId: "", account: id, requestedAt: at } : undefined;
}
