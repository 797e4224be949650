import { quoted } from "./identifiers";
import { homeSystem } from "./load";
import { withSnapshot } from "./platform";
import { type PersonRow, personSelect } from "./platform-person";
import type { DataMap, ReachSubject } from "./types";

/** The company that the platform says now this person owns; null when they own none. */
export async function companyOwned(platformUserId: string, map?: DataMap): Promise<string | null> {
  const home = homeSystem(map);
  const { rows } = await withSnapshot(home, (client) =>
    client.query<PersonRow>(`${personSelect(home)} where p.${quoted(home.person.id)}::text = $1`, [platformUserId]),
  );
  return rows.find(({ owner }) => owner)?.companyId ?? null;
}

/** Whether the platform says now that this person owns that company. */
export async function ownsCompany({ platformUserId, platformCompanyId }: ReachSubject): Promise<boolean> {
  return platformCompanyId !== null && (await companyOwned(platformUserId)) === platformCompanyId;
}
