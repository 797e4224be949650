import type pg from "pg";
import { quoted, tableName } from "../data-map/identifiers";
import { homeSystem } from "../data-map/load";
import { countedIfAnySql } from "../data-map/moment";
import { accountsOf } from "../data-map/named";
import { withSnapshot } from "../data-map/platform";
import { personSelect } from "../data-map/platform-person";
import { everyIdentityAtHome } from "../data-map/reach";
import type { Collection, DataMap, ReachSubject, Scope } from "../data-map/types";

export type Before = {
  /** Its ids as their rows have them, however they were typed: by these a restored row is known again. */
  subject: ReachSubject;
  /** By kind, as the data map names them. */
  identities: Map<string, string[]>;
  /** The own address, for a company its name: what the row holds only while nothing was erased. */
  marks: string[];
  /** When the accounts were closed; null while open, and where the platform keeps no such time. */
  accountClosedAt: Temporal.Instant | null;
  companyClosedAt: Temporal.Instant | null;
  /** The person is in no company, with whom all ends that is no company's. */
  alone: boolean;
};

/** What has to be known of somebody before the first of their rows goes. */
export async function readBefore(map: DataMap, subject: ReachSubject, scope: Scope): Promise<Before> {
  const home = homeSystem(map);
  const { person, company } = home;
  const identities = await everyIdentityAtHome(map, subject, scope);
  return withSnapshot(home, async (client) => {
    const read = (scope: Scope, id: string, value: string, mark: string | null, closed: string | null) =>
      readRow(client, accountsOf(home, scope), { id, value, mark, closed });
    const account = await read("person", person.id, subject.platformUserId, person.email, person.closed);
    const { platformCompanyId } = subject;
    const tenant =
      company && platformCompanyId
        ? await read("company", company.id, platformCompanyId, company.name, company.closed)
        : null;
    const { rows } = await client.query<{ companyId: string | null }>(
      `select m."companyId" from (${personSelect(home)} where p.${quoted(person.id)} = $1) m`,
      [subject.platformUserId],
    );
    const mark = (scope === "company" ? tenant : account)?.mark;
    return {
      subject: {
        platformUserId: account?.id ?? subject.platformUserId,
        platformCompanyId: tenant?.id ?? platformCompanyId,
      },
      identities,
      marks: mark ? [mark] : [],
      accountClosedAt: account?.closedAt ?? null,
      companyClosedAt: tenant?.closedAt ?? null,
      alone: person.company !== null && rows.length > 0 && rows.every(({ companyId }) => companyId === null),
    };
  });
}

async function readRow(
  client: pg.ClientBase,
  collection: Collection | undefined,
  { id, value, mark, closed }: { id: string; value: string; mark: string | null; closed: string | null },
): Promise<{ id: string; mark: string | null; closedAt: Temporal.Instant | null } | null> {
  if (!collection) return null;
  const instant = closed && countedIfAnySql(collection, closed, "t");
  const { rows } = await client.query<{ id: string; mark: string | null; closed: string | null }>(
    `select t.${quoted(id)}::text as id, ${mark ? `t.${quoted(mark)}::text` : "null"} as mark,
            ${instant ? `${instant}::text` : "null"} as closed
     from ${tableName(collection)} t where t.${quoted(id)} = $1`,
    [value],
  );
  const [row] = rows;
  return row ? { id: row.id, mark: row.mark, closedAt: row.closed ? Temporal.Instant.from(row.closed) : null } : null;
}
