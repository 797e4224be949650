import { countCompanyMembers } from "../data-map/count-company-members";
import { countOpen } from "../data-map/count-open";
import { companyOwned } from "../data-map/owns-company";
import type { ReachSubject, Scope } from "../data-map/types";

/**
 * What has to be settled before a deletion can begin. `sole-owner`: others work in the company and nobody else owns it.
 * `not-owner`: who asked to close a company does not own it any more. `open-records`: the map's `open`, such as unpaid invoices.
 */
export type Blocker = "sole-owner" | "not-owner" | "open-records";

export type Blocked = { blockers: Blocker[]; open: { label: string; rows: number }[] };

/**
 * Asked of the platform as it is now: what a sign-in saw may be days old. Closing a company is about the one that was asked for; a
 * person's own deletion about whichever they own now.
 */
export async function findBlockers(subject: ReachSubject, scope: Scope): Promise<Blocked> {
  const none: Blocked = { blockers: [], open: [] };
  const owned = await companyOwned(subject.platformUserId);
  if (scope === "company") {
    if (!owned || owned !== subject.platformCompanyId) return { ...none, blockers: ["not-owner"] };
    const open = await countOpen(subject);
    return { blockers: open.length > 0 ? ["open-records"] : [], open };
  }
  const members = owned ? await countCompanyMembers(owned) : null;
  return members && members.owners <= 1 && members.people > 1 ? { ...none, blockers: ["sole-owner"] } : none;
}
