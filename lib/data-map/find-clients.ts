import type pg from "pg";
import { clientIdentity } from "./check-clients";
import { columnType } from "./column-type";
import { meetsSql } from "./empty";
import { quoted, tableName } from "./identifiers";
import { identitySql } from "./identity-sql";
import { homeSystem } from "./load";
import { accountsOf, collectionOf } from "./named";
import { withSnapshot } from "./platform";
import { type PersonRow, type PlatformPerson, personSelect, toPlatformPerson } from "./platform-person";
import type { Collection, System } from "./types";

/** One of a company's own customers, as the company wrote them down. */
export type PlatformClient = { id: string; name: string; email: string | null };

type Known = {
  home: System;
  clients: NonNullable<System["clients"]>;
  collection: Collection & { companyField: string };
};

function known(home = homeSystem()): Known | null {
  const collection = collectionOf(home, home.clients?.collection);
  if (!home.clients || !collection?.companyField) return null;
  return { home, clients: home.clients, collection: { ...collection, companyField: collection.companyField } };
}

/** Whether the map says who the companies' clients are: where it does not, no page speaks of such. */
export const knowsClients = (home = homeSystem()): boolean => known(home) !== null;

async function ask({ home, clients, collection }: Known, companyId: string, and: string, values: unknown[]) {
  const email = clients.email ? `t.${quoted(clients.email)}::text` : "null::text";
  const { rows } = await withSnapshot(home, async (client) => {
    // As the column's own type, so that an index serves the comparison.
    const type = await columnType(client, collection, collection.companyField);
    return client.query<{ id: string; name: string | null; email: string | null }>(
      `select t.${quoted(clients.id)}::text as id, t.${quoted(clients.name)}::text as name, ${email} as email
       from ${tableName(collection)} t where t.${quoted(collection.companyField)} = $1::text::${type} and ${and}
       order by 2, 1 limit 20`,
      [companyId, ...values],
    );
  });
  return rows.map((row): PlatformClient => ({ ...row, name: row.name?.trim() || row.id }));
}

/** Up to twenty clients of a company whose name or address holds this text, by name. */
export async function findClients(companyId: string, text: string): Promise<PlatformClient[]> {
  const map = known();
  const part = text.trim();
  if (!map || part === "" || part.includes("\0")) return [];
  const like = `%${part.replace(/[\\%_]/g, "\\$&")}%`;
  const columns = [map.clients.name, ...(map.clients.email ? [map.clients.email] : [])];
  return ask(
    map,
    companyId,
    `(${columns.map((one) => `t.${quoted(one)}::text collate "default" ilike $2`).join(" or ")})`,
    [like],
  );
}

/** A client of just this company; null for a missing and for another company's one alike. */
export async function findClient(companyId: string, clientId: string): Promise<PlatformClient | null> {
  const map = known();
  if (!map || clientId.includes("\0")) return null;
  const [found] = await ask(map, companyId, `t.${quoted(map.clients.id)}::text = $2`, [clientId]);
  return found ?? null;
}

export type NamingCompany = { companyId: string; name: string; clients: number };

/** Which companies name somebody with this address as their client, in any case of letters, and in how many rows. */
export async function companiesNaming(address: string): Promise<NamingCompany[]> {
  const map = known();
  const email = map?.clients.email;
  if (!map || !email || address.includes("\0")) return [];
  const { home, collection } = map;
  const companies = accountsOf(home, "company");
  if (!home.company || !companies) return [];
  const name = home.company.name ? `max(c.${quoted(home.company.name)}::text)` : "null::text";
  const { rows } = await withSnapshot(home, (client: pg.ClientBase) =>
    client.query<{ companyId: string; name: string | null; clients: number }>(
      `select c.${quoted(home.company?.id ?? "")}::text as "companyId", ${name} as name, count(*)::int as clients
       from ${tableName(collection)} t
       join ${tableName(companies)} c on c.${quoted(home.company?.id ?? "")}::text = t.${quoted(collection.companyField)}::text
       where lower(t.${quoted(email)}::text) = lower($1) group by 1 order by 2, 1 limit 50`,
      [address],
    ),
  );
  return rows.map((row) => ({ ...row, name: row.name?.trim() || row.companyId }));
}

/** Who owns a company now and can be written to. */
export async function companyOwners(companyId: string): Promise<PlatformPerson[]> {
  const home = homeSystem();
  const { company, active } = home.person;
  const people = accountsOf(home, "person");
  if (!company) return [];
  const open = active ? `and ${meetsSql(people, active, "p")}` : "";
  const { rows } = await withSnapshot(home, (client) =>
    client.query<PersonRow>(`${personSelect(home)} where p.${quoted(company)}::text = $1 ${open} order by 1`, [
      companyId,
    ]),
  );
  return rows.filter(({ owner }) => owner).flatMap((row) => toPlatformPerson(home.name, row) ?? []);
}

/** Whether any company has a client of this id. */
export async function isSomebodysClient(clientId: string): Promise<boolean> {
  const map = known();
  if (!map || clientId.includes("\0")) return false;
  const { rows } = await withSnapshot(map.home, (client) =>
    client.query(`select 1 from ${tableName(map.collection)} t where t.${quoted(map.clients.id)}::text = $1 limit 1`, [
      clientId,
    ]),
  );
  return rows.length > 0;
}

const kindsIn = ({ clients, collection }: Known) =>
  collection.fields.flatMap(({ name, identity }) =>
    identity ? [{ name, kind: identity }] : name === clients.email ? [{ name, kind: "email" }] : [],
  );

/** Whether another system is entered by something that stands in a client's row alone, such as their address. */
export function needsClientRow({ collections }: System): boolean {
  const map = known();
  const kinds = new Set(map ? kindsIn(map).map(({ kind }) => kind) : []);
  return collections.some(
    ({ client, fields }) =>
      client && fields.some(({ enter, identity }) => enter && identity !== clientIdentity && kinds.has(identity ?? "")),
  );
}

/** By what other systems may know a client: their id here, and the identities in their row; by kind. */
export async function clientIdentities(
  companyId: string,
  clientId: string,
  home = homeSystem(),
): Promise<Map<string, string[]>> {
  const map = known(home);
  const found = new Map<string, string[]>([[clientIdentity, [clientId]]]);
  if (!map || clientId.includes("\0")) return found;
  const { clients, collection } = map;
  const kinds = kindsIn(map);
  if (kinds.length === 0) return found;
  const columns = kinds.map(({ name }) => `t.${quoted(name)}::text`);
  const { rows } = await withSnapshot(home, (client) =>
    client.query<{ values: (string | null)[] }>(
      `select array[${columns.join(", ")}] as values from ${tableName(collection)} t
       where t.${quoted(clients.id)}::text = $1 and t.${quoted(collection.companyField)}::text = $2`,
      [clientId, companyId],
    ),
  );
  for (const { values } of rows)
    for (const [at, { kind }] of kinds.entries()) {
      const value = values[at]?.trim();
      if (value && kind !== clientIdentity) found.set(kind, [...(found.get(kind) ?? []), value]);
    }
  return found;
}

/** Which of these identities are another client's: of an address another one's of the same company, since each decides about its own rows only. */
export async function othersClients(
  home: ReturnType<typeof homeSystem>,
  { clientId, companyId }: { clientId: string; companyId: string },
  kind: string,
  values: readonly string[],
): Promise<string[]> {
  const map = known(home);
  if (!map) return [];
  const { clients, collection } = map;
  const isId = kind === clientIdentity;
  const names = isId ? [clients.id] : kindsIn(map).flatMap((one) => (one.kind === kind ? [one.name] : []));
  if (names.length === 0) return [];
  const holds = names.map((name) => `${identitySql(kind, `t.${quoted(name)}`)} = ${identitySql(kind, "i.value")}`);
  const { rows } = await withSnapshot(home, (client) =>
    client.query<{ value: string }>(
      `select i.value from unnest($1::text[]) i(value) where exists (
         select 1 from ${tableName(collection)} t where (${holds.join(" or ")}) and t.${quoted(clients.id)}::text <> $2
           and (${isId} or t.${quoted(collection.companyField)}::text = $3))`,
      [values, clientId, companyId],
    ),
  );
  return rows.map(({ value }) => value);
}
