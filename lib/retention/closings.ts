import { quoted, tableName } from "../data-map/identifiers";
import type { homeSystem } from "../data-map/load";
import { countedIfAnySql } from "../data-map/moment";
import { accountsOf } from "../data-map/named";
import { withSnapshot } from "../data-map/platform";
import type { Scope } from "../data-map/types";

export type Closings = { person: Temporal.Instant | null; company: Temporal.Instant | null };

/** When somebody's account and their company's were closed, in whatever form the platform says it; null while they are open. */
export async function closings(
  home: ReturnType<typeof homeSystem>,
  { platformUserId, platformCompanyId }: { platformUserId: string; platformCompanyId: string | null },
): Promise<Closings> {
  const closedOf = async (scope: Scope, value: string) => {
    const [account, collection] = [home[scope], accountsOf(home, scope)];
    if (!account?.closed || !collection) return null;
    const closed = countedIfAnySql(collection, account.closed, "t");
    return withSnapshot(home, async (client) => {
      const { rows } = await client.query<{ at: string | null }>(
        `select ${closed}::text as at from ${tableName(collection)} t
         where t.${quoted(account.id)}::text = $1`,
        [value],
      );
      return rows[0]?.at ? Temporal.Instant.from(rows[0].at) : null;
    });
  };
  const [ofPerson, ofCompany] = await Promise.all([
    closedOf("person", platformUserId),
    platformCompanyId === null ? null : closedOf("company", platformCompanyId),
  ]);
  return { person: ofPerson, company: ofCompany };
}
