import { countCompanyMembers } from "../data-map/count-company-members";
import { countOpen } from "../data-map/count-open";
import { dataMap } from "../data-map/load";
import { companyOwned } from "../data-map/owns-company";
import type { DataMap, ReachSubject, Scope } from "../data-map/types";

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
export async function findBlockers(subject: ReachSubject, scope: Scope, map: DataMap = dataMap()): Promise<Blocked> {
  const none: Blocked = { blockers: [], open: [] };
  const owned = await companyOwned(subject.platformUserId, map);
  if (scope === "company") {
    if (!owned || owned !== subject.platformCompanyId) return { ...none, blockers: ["not-owner"] };
    const open = await countOpen(subject, map);
    return { blockers: open.length > 0 ? ["open-records"] : [], open };
  }
  const members = owned ? await countCompanyMembers(owned, map) : null;
  return members && members.owners <= 1 && members.people > 1 ? { ...none, blockers: ["sole-owner"] } : none;
}

/**
 * The same for whoever erases from the command line.
 * @returns sentences that say what is to be settled; empty when nothing is
 */
export async function blockersByCommand(map: DataMap, subject: ReachSubject, scope: Scope): Promise<string[]> {
  const { blockers, open } = await findBlockers(subject, scope, map);
  return blockers.map(
    (blocker) =>
      ({
        "sole-owner":
          "They are the only owner of a company that others work in: another owner has to be named, or the company closed.",
        "not-owner": "They do not own that company (any more).",
        "open-records": `Still open: ${open.map(({ label, rows }) => `${label} (${rows})`).join(", ")}.`,
      })[blocker],
  );
}
