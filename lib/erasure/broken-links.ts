import type pg from "pg";
import { quoted, relationOf } from "../data-map/identifiers";
import { inSavepoint } from "../data-map/in-savepoint";
import type { Collection, Field, System } from "../data-map/types";
import { anonymised, ruleInWords } from "./anonymise";
import type { Catalog, ForeignKey } from "./catalog";
import { closingColumns } from "./conditions";
import { heldColumns, keysFrom, type Mapped } from "./references";
import { mayBeEmptied, problemsOf } from "./values-apart";

/** Columns of a foreign key that a rule would make a value of which no row has that it leads to: every erasure would end there. */
export async function linksBroken(client: pg.ClientBase, mapped: Mapped): Promise<string[]> {
  const { system, catalog, references } = mapped;
  const nowhere = await fixedNowhere(client, system, catalog);
  return problemsOf(mapped, ({ collection, field }) => {
    const { name, erasure } = field;
    if (erasure?.action !== "anonymise" || closingColumns(system, collection).includes(name)) return null;
    const { by } = erasure;
    const isMadeUp = typeof by === "object" && "fixed" in by ? nowhere.has(field) : by !== "clear";
    const stays = Object.values(collection.erasure).some(({ action }) => action !== "delete");
    if (!isMadeUp || !(stays || mayBeEmptied(collection, references))) return null;
    const [key] = keysIn(collection, name, catalog);
    if (!key) return null;
    const { schema, name: table } = key.parent;
    return `${ruleInWords(by)} makes a value that no row of ${schema}.${table} has, and ${key.name} forbids it; say \`keep\`, \`clear\`, or one that is there (\`{ fixed: ... }\`)`;
  });
}

const keysIn = (collection: Collection, name: string, catalog: Catalog): ForeignKey[] =>
  keysFrom(collection, catalog).filter(({ child, period }) =>
    heldColumns({ childColumns: child.columns, period }).includes(name),
  );

/** Fields that the map fixes to what no row has that they alone lead to, by a foreign key whose table may be read. */
async function fixedNowhere(client: pg.ClientBase, { collections }: System, catalog: Catalog): Promise<Set<Field>> {
  const found = new Set<Field>();
  for (const collection of collections)
    for (const field of collection.fields) {
      const { name, erasure } = field;
      const column = catalog.columns.get(collection.name)?.get(name);
      const by = erasure?.action === "anonymise" && erasure.by;
      if (!column || typeof by !== "object" || !("fixed" in by)) continue;
      for (const { child, parent, period } of keysIn(collection, name, catalog)) {
        if (child.columns.length > 1 || period) continue;
        const rows = relationOf({ table: parent });
        const isThere = `p.${quoted(parent.columns[0] ?? "")} = ${anonymised(by, name, column)}`;
        const { rowCount } = await inSavepoint(client, () =>
          client.query(`select 1 from ${rows} p where ${isThere} limit 1`).catch(() => ({ rowCount: null })),
        );
        if (rowCount === 0) found.add(field);
      }
    }
  return found;
}
