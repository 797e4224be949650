import { conditionSql } from "./identifiers";
import { homeSystem } from "./load";
import { beginSnapshot, connectPlatform } from "./platform";
import { type PersonRow, type PlatformPerson, personSelect, toPlatformPerson } from "./platform-person";

const batch = 1000;

/**
 * Every person who holds an account (the map's `trust.person.active`), in batches of at most 1000,
 * from one read-only snapshot and in flat memory however many there are.
 */
export async function* streamAudience(): AsyncGenerator<PlatformPerson[]> {
  const home = homeSystem();
  const client = await connectPlatform(home, { statement: 300_000 });
  try {
    await beginSnapshot(client);
    const active = home.person.active ? `where ${conditionSql("p", home.person.active)}` : "";
    await client.query(`declare audience no scroll cursor for ${personSelect(home)} ${active}`);
    for (;;) {
      const { rows } = await client.query<PersonRow>(`fetch ${batch} from audience`);
      if (rows.length === 0) return;
      const people = rows.flatMap((row) => toPlatformPerson(home.name, row) ?? []);
      if (people.length > 0) yield people;
    }
  } finally {
    await client.end().catch(() => {});
  }
}
