import { countCompanyMembers } from "../data-map/count-company-members";
import { countOpen } from "../data-map/count-open";
import { dataMap } from "../data-map/load";
import { companyOf, ownsCompany } from "../data-map/owns-company";
import type { DataMap, ReachSubject, Scope } from "../data-map/types";

/**
 * What has to be settled before a deletion can begin. `sole-owner`: others work in the company and nobody else owns it.
 * `not-owner`: who asked to close a company does not own it any more. `open-records`: the map's `open`, such as unpaid invoices.
 */
export type Blocker = "sole-owner" | "not-owner" | "open-records";

export type Blocked = { blockers: Blocker[]; open: { label: string; rows: number }[] };

/** Asked of the platform as it is now. @param subject.ownsCompany whether it is known already that they own their company */
export async function findBlockers(
  subject: ReachSubject & { ownsCompany?: boolean },
  scope: Scope,
  map: DataMap = dataMap(),
): Promise<Blocked> {
  const none: Blocked = { blockers: [], open: [] };
  const { platformCompanyId } = subject;
  if (!platformCompanyId) return none;
  const owns = subject.ownsCompany ?? (await ownsCompany(subject, map));
  if (scope === "company") {
    if (!owns) return { ...none, blockers: ["not-owner"] };
    const open = await countOpen(subject, map);
    return { blockers: open.length > 0 ? ["open-records"] : [], open };
  }
  const members = owns ? await countCompanyMembers(platformCompanyId, map) : null;
  return members && members.owners <= 1 && members.people > 1 ? { ...none, blockers: ["sole-owner"] } : none;
}

/**
 * The same for whoever erases from the command line, where nobody has looked which company a person is in.
 * @returns sentences that say what is to be settled; empty when nothing is
 */
export async function blockersByCommand(map: DataMap, subject: ReachSubject, scope: Scope): Promise<string[]> {
  const [mine] = scope === "person" ? await companyOf(subject.platformUserId, map) : [];
  const { blockers, open } = await findBlockers(
    { ...subject, platformCompanyId: mine?.companyId ?? subject.platformCompanyId },
    scope,
    map,
  );
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
