import { quoted, tableName } from "../data-map/identifiers";
import { homeSystem } from "../data-map/load";
import { collectionOf, fieldOf } from "../data-map/named";
import { withSnapshot } from "../data-map/platform";
import type { DataMap, ReachSubject, Scope } from "../data-map/types";

/**
 * Says of whom no account is there, and where it was looked for: a wrong id looks just like somebody of whom nothing is held. What
 * others hold of an account that is gone can be erased all the same.
 * @returns one sentence for each, without the id; empty when all are there
 */
export async function missingAccounts(map: DataMap, subject: ReachSubject, scope: Scope): Promise<string[]> {
  const home = homeSystem(map);
  const asked = [
    { what: "account", account: home.person, id: subject.platformUserId, not: ", no address" },
    { what: "company", account: home.company, id: scope === "company" ? subject.platformCompanyId : null, not: "" },
  ];
  const said: string[] = [];
  for (const { what, account, id, not } of asked) {
    const collection = collectionOf(home, account?.collection);
    if (!account || !collection || id === null) continue;
    const sql = `select 1 from ${tableName(collection)} t where t.${quoted(account.id)}::text = $1 limit 1`;
    // No text there holds a null byte, and to ask for it would be an error.
    const isThere =
      !id.includes("\0") && (await withSnapshot(home, (client) => client.query(sql, [id]))).rowCount === 1;
    if (isThere) continue;
    const type = fieldOf(collection, account.id)?.type;
    const where = `${collection.table.schema}.${collection.table.name}, column ${account.id}${type ? ` (${type})` : ""}`;
    const one = what === "account" ? "An account" : "A company";
    said.push(
      `${home.name}: no ${what} has that id. It was looked for in ${where}: give the value that stands there${not}. ${one} that was erased before may be gone from there.`,
    );
  }
  return said;
}
