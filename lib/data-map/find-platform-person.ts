import { isSetSql } from "./empty";
import { quoted } from "./identifiers";
import { homeSystem } from "./load";
import { accountsOf } from "./named";
import { withSnapshot } from "./platform";
import { type PersonRow, type PlatformPerson, personSelect, toPlatformPerson } from "./platform-person";
import type { DataMap } from "./types";

export type { PlatformPerson };

type Home = ReturnType<typeof homeSystem>;

/**
 * Whom the platform knows by this address, in any case of letters. When two accounts differ in case
 * only, the one written exactly so; when there is none such, nobody, since a guess could open
 * somebody else's data. An address that was never proved to the platform (the map's `verified`) is nobody's.
 */
export async function findPlatformPerson(email: string, map?: DataMap): Promise<PlatformPerson | null> {
  const home = homeSystem(map);
  const { person } = home;
  const people = accountsOf(home, "person");
  const rows = await at(home, email, person.verified && people ? `and ${isSetSql(people, person.verified, "p")}` : "");
  const row = rows.length === 1 ? rows[0] : rows.find((found) => found.email === email);
  return row ? toPlatformPerson(home.name, row) : null;
}

/**
 * The account that goes by this address or has this id there, its address proved or not: for what keeps data, and never for what
 * opens it. Of several by one address the one that proved it; when none did, nobody.
 */
export async function findAccount(addressOrId: string): Promise<PlatformPerson | null> {
  const home = homeSystem();
  const isAddress = addressOrId.includes("@");
  const proved = isAddress ? await findPlatformPerson(addressOrId) : null;
  if (proved) return proved;
  const rows = isAddress
    ? await at(home, addressOrId, "")
    : await ask(home, `p.${quoted(home.person.id)}::text = $1`, addressOrId);
  return rows[0] && rows.length === 1 ? toPlatformPerson(home.name, rows[0]) : null;
}

/** Whoever has the address there, in any case of letters. */
const at = (home: Home, email: string, also: string): Promise<PersonRow[]> =>
  ask(home, `lower(p.${quoted(home.person.email)}::text) = lower($1) ${also}`, email);

async function ask(home: Home, condition: string, value: string): Promise<PersonRow[]> {
  // No text there holds it, and to ask for it would be an error.
  if (value.includes("\0")) return [];
  const { rows } = await withSnapshot(home, (client) =>
    client.query<PersonRow>(`${personSelect(home)} where ${condition} limit 10`, [value]),
  );
  return rows;
}
