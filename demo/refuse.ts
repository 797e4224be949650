import postgres from "postgres";
import { EnvError } from "../lib/env";

/** Where the demo's people and staff have their addresses. `.example` can never be anybody's (RFC 2606). */
export const demoDomains = [
  "lumen-lifts.example",
  "brightpipe.example",
  "kestrel-clean.example",
  "monolith.example",
  "operno.example",
];

/**
 * Production refuses to start on a trust-center database that holds demo accounts: their mailbox is
 * a page that anyone could open in the demo.
 * @param url any login of the database; the schema's owner sees past row security
 * @throws EnvError with what to do; never names an address
 */
export async function refuseDemoAccounts(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10 });
  try {
    const count = await sql.begin("read only", async (tx) => {
      // Row security shows everything to the system only.
      await tx`select set_config('tc.actor', 'system', true)`;
      const [row] = await tx<{ count: number }[]>`
        select count(*)::int as count from people where split_part(lower(email), '@', 2) = any(${demoDomains})`;
      return row?.count ?? 0;
    });
    if (count > 0) {
      throw new EnvError(
        `This database holds ${count} demo account${count === 1 ? "" : "s"} (addresses under .example). ` +
          "Production does not start on it: give it a fresh database, or start the demo by leaving DATABASE_URL unset.",
      );
    }
  } finally {
    await sql.end({ timeout: 2 });
  }
}
