import type pg from "pg";
import { quoted } from "./identifiers";
import { homeSystem } from "./load";
import { withSnapshot } from "./platform";
import { isCompany, personSelect } from "./platform-person";

/** The platform's ids of everybody who has or had an account in a company. */
export async function companyMembers(platformCompanyId: string, home = homeSystem()): Promise<string[]> {
  return withSnapshot(home, (client) => membersOf(client, home, platformCompanyId));
}

/** The same, on a connection that is there already. */
export async function membersOf(
  client: pg.ClientBase,
  home: ReturnType<typeof homeSystem>,
  platformCompanyId: string,
): Promise<string[]> {
  const { company } = home.person;
  if (!company) return [];
  const is = home.company ? isCompany(home, "$1") : `p.${quoted(company)} = $1`;
  const { rows } = await client.query<{ userId: string }>(
    `select m."userId" from (${personSelect(home)} where ${is}) m order by 1`,
    [platformCompanyId],
  );
  return rows.map(({ userId }) => userId);
}
