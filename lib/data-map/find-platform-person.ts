import { quoted } from "./identifiers";
import { homeSystem } from "./load";
import { withSnapshot } from "./platform";
import { type PersonRow, type PlatformPerson, personSelect, toPlatformPerson } from "./platform-person";

export type { PlatformPerson };

/**
 * Whom the platform knows by this address, in any case of letters. When two accounts differ in case
 * only, the one written exactly so; when there is none such, nobody, since a guess could open
 * somebody else's data. An address that was never proved to the platform (the map's `verified`) is nobody's.
 */
export async function findPlatformPerson(email: string): Promise<PlatformPerson | null> {
  if (email.includes("\0")) return null;
  const home = homeSystem();
  const address = `p.${quoted(home.person.email)}::text`;
  const proved = home.person.verified ? `and p.${quoted(home.person.verified)} is not null` : "";
  const { rows } = await withSnapshot(home, (client) =>
    client.query<PersonRow>(`${personSelect(home)} where lower(${address}) = lower($1) ${proved} limit 10`, [email]),
  );
  const row = rows.length === 1 ? rows[0] : rows.find((found) => found.email === email);
  return row ? toPlatformPerson(home.name, row) : null;
}
