import { quoted } from "./identifiers";
import { homeSystem } from "./load";
import { withSnapshot } from "./platform";
import { type PersonRow, personSelect } from "./platform-person";
import type { DataMap, ReachSubject } from "./types";

/** Whether the platform says now that this person owns that company. */
export async function ownsCompany(
  { platformUserId, platformCompanyId }: ReachSubject,
  map?: DataMap,
): Promise<boolean> {
  return (await companyOf(platformUserId, map)).some(
    ({ owner, companyId }) => owner && companyId === platformCompanyId,
  );
}

/** The company that the platform says a person is in, and whether they own it; empty for somebody whom it does not know. */
export async function companyOf(platformUserId: string, map?: DataMap): Promise<PersonRow[]> {
  const home = homeSystem(map);
  const { rows } = await withSnapshot(home, (client) =>
    client.query<PersonRow>(`${personSelect(home)} where p.${quoted(home.person.id)}::text = $1`, [platformUserId]),
  );
  return rows;
}
