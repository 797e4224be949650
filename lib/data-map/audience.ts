import { copyRows } from "./copy-rows";
import { meetsSql } from "./empty";
import { quoted, tableName } from "./identifiers";
import { homeSystem } from "./load";
import { accountsOf } from "./named";
import { beginSnapshot, connectPlatform } from "./platform";
import { knownZone } from "./platform-person";

/** An account holder as far as telling them something goes. */
export type Holder = {
  userId: string;
  /** As the platform wrote it; empty when it has none. Whether a mail can reach it is not looked at here. */
  email: string;
  language: string;
  timeZone: string;
  /** A mail to this address came back before: they are told in a second way at once. */
  cameBack?: boolean;
};

/** A reader that is slow to take them slows the platform's statement, which must not end for that. */
const hours = 6;

/**
 * Every person who holds an account (the map's `trust.person.active`), each once, in the order of their
 * ids, from one read-only snapshot by COPY and in flat memory however many there are.
 * @throws the database's error, so that a list is never taken for whole when it is not
 */
export async function* streamAudience(): AsyncGenerator<Holder[]> {
  const home = homeSystem();
  const client = await connectPlatform(home, { statement: hours * 3_600_000 });
  try {
    await beginSnapshot(client);
    let last: string | null = null;
    for await (const block of copyRows(client, holdersSql(home), "json-lines")) {
      const lines = block.bytes.toString("utf8").split("\n");
      block.release();
      const holders: Holder[] = [];
      for (const line of lines) {
        if (line === "") continue;
        const [userId, email, language, zone] = JSON.parse(line) as [string, ...(string | null)[]];
        // A view of a platform may hold somebody twice; equal ids come one after the other.
        if (userId === last) continue;
        last = userId;
        holders.push({
          userId,
          email: email ?? "",
          language: language?.trim() || "en",
          timeZone: knownZone(zone ?? null),
        });
      }
      if (holders.length > 0) yield holders;
    }
  } finally {
    await client.end().catch(() => {});
  }
}

/** One JSON array a row: id, address, language, zone. */
function holdersSql(home: ReturnType<typeof homeSystem>): string {
  const { person } = home;
  const people = accountsOf(home, "person");
  if (!people) throw new Error("the map's person collection is missing");
  const column = (name: string | null) => (name ? `p.${quoted(name)}::text` : "null");
  const values = [person.id, person.email, person.language, person.timeZone].map(column);
  const active = person.active ? ` where ${meetsSql(people, person.active, "p")}` : "";
  return `select json_build_array(${values.join(", ")})::text from ${tableName(people)} p${active} order by p.${quoted(person.id)}`;
}
