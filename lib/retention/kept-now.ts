import type { KeptCases } from "../cases/clear-cases";
import type { Ctx } from "../context";
import type { KeptBack } from "../data-map/held";
import { type Tx, withRead } from "../db/transaction";
import { keptBack, type StandingHolds, standingIn } from "../holds/kept-back";
import type { Sweeper } from "./sweep-system";

/** What legal holds and open requests keep from a sweep, asked anew before each transaction on the platform. */
export const keptNow = (ctx: Ctx) => (): Promise<KeptBack[]> => withRead(ctx, (tx) => keptBack(tx, "sweep"));

/** What is kept from a transaction that begins now, and by what a hold that begins to stand before it lasts is known. */
export async function keptFrom({
  kept,
}: Pick<Sweeper, "kept">): Promise<{ kept: readonly KeptBack[]; standing: StandingHolds | null }> {
  const back = (await kept?.()) ?? [];
  return { kept: back, standing: kept ? standingIn(back) : null };
}

/** Whose cases here stay, since everything about them is held. */
export async function keptCases(tx: Tx): Promise<KeptCases> {
  const whole = (await keptBack(tx, "erasure")).filter((one) => one.system === null && one.collection === null);
  const subjects = whole.flatMap(({ of }) => of ?? []);
  return {
    people: subjects.flatMap(({ scope, subject }) => (scope === "person" ? [subject.platformUserId] : [])),
    companies: subjects.flatMap(({ scope, subject }) => (scope === "company" && subject.platformCompanyId) || []),
  };
}
