import { meetsSql } from "./empty";
import { quoted } from "./identifiers";
import { homeSystem } from "./load";
import { accountsOf } from "./named";
import { withSnapshot } from "./platform";
import { personSelect } from "./platform-person";
import type { DataMap } from "./types";

/** How many people hold an account in a company, and how many of them own it; zeros when nobody does. */
export async function countCompanyMembers(
  platformCompanyId: string,
  map?: DataMap,
): Promise<{ people: number; owners: number }> {
  const home = homeSystem(map);
  if (!home.person.company) return { people: 0, owners: 0 };
  const people = accountsOf(home, "person");
  const active = home.person.active ? meetsSql(people, home.person.active, "p") : "true";
  const { rows } = await withSnapshot(home, (client) =>
    client.query<{ people: number; owners: number }>(
      `select count(*)::int as people, (count(*) filter (where m."owner"))::int as owners
       from (${personSelect(home)} where p.${quoted(home.person.company ?? "")} = $1 and ${active}) m`,
      [platformCompanyId],
    ),
  );
  return rows[0] ?? { people: 0, owners: 0 };
}
