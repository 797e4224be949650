import type { KeptCases } from "../cases/clear-cases";
import type { Ctx } from "../context";
import type { KeptBack } from "../data-map/held";
import { type Tx, withRead } from "../db/transaction";
import { keptBack } from "../holds/kept-back";

/** What legal holds and open requests keep from a sweep, asked anew before each transaction on the platform. */
export const keptNow = (ctx: Ctx) => (): Promise<KeptBack[]> => withRead(ctx, (tx) => keptBack(tx, "sweep"));

/** Whose cases here stay, since everything about them is held. */
export async function keptCases(tx: Tx): Promise<KeptCases> {
  const whole = (await keptBack(tx, "erasure")).filter((one) => one.system === null && one.collection === null);
  const subjects = whole.flatMap(({ of }) => of ?? []);
  return {
    people: subjects.flatMap(({ scope, subject }) => (scope === "person" ? [subject.platformUserId] : [])),
    companies: subjects.flatMap(({ scope, subject }) => (scope === "company" && subject.platformCompanyId) || []),
  };
}
