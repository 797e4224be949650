import { quoted } from "./identifiers";
import { homeSystem } from "./load";
import { withSnapshot } from "./platform";
import { personSelect } from "./platform-person";

/** The platform's ids of everybody who has or had an account in a company. */
export async function companyMembers(platformCompanyId: string): Promise<string[]> {
  const home = homeSystem();
  const { company } = home.person;
  if (!company) return [];
  const { rows } = await withSnapshot(home, (client) =>
    client.query<{ userId: string }>(
      `select m."userId" from (${personSelect(home)} where p.${quoted(company)} = $1) m order by 1`,
      [platformCompanyId],
    ),
  );
  return rows.map(({ userId }) => userId);
}
