import type pg from "pg";
import { tableName } from "./identifiers";
import { inSavepoint } from "./in-savepoint";
import type { Collection, Condition, System } from "./types";

/**
 * Words of the map's conditions (`is`) that no row can hold, such as `yes` of a boolean or a misspelt one of an enum: whatever they are to
 * find is not found, or does not block, and nothing else would say so. A column is compared by how the database prints it.
 * @returns for each its place and what to write
 */
export async function neverHeld(client: pg.ClientBase, system: System): Promise<{ where: string; message: string }[]> {
  const found = new Map<string, { where: string; message: string }>();
  for (const { collection, field, is } of conditionsOf(system))
    for (const word of is ?? []) {
      const printed = await inSavepoint(client, () => printedAs(client, collection, field, word));
      if (printed === word || printed === undefined) continue;
      const { schema, name } = collection.table;
      const where = `${system.name}: ${schema}.${name}.${field}`;
      const message =
        printed === null
          ? `can never be \`${word}\`, of which \`is\` speaks`
          : `holds \`${word}\`, of which \`is\` speaks, as \`${printed}\`; say that`;
      found.set(`${where}${message}`, { where, message });
    }
  return [...found.values()];
}

function conditionsOf({ collections, person, edges }: System): (Condition & { collection: Collection })[] {
  const of = (name: string | undefined, condition: Condition | null | undefined) => {
    const collection = collections.find((one) => one.name === name);
    return collection && condition ? [{ ...condition, collection }] : [];
  };
  return [
    ...of(person?.collection, person?.owner),
    ...of(person?.collection, person?.active),
    ...collections.flatMap(({ name, open }) => of(name, open)),
    ...edges.flatMap(({ from, to, holder, only }) => of((holder === "from" ? from : to).collection, only)),
  ];
}

/** How the column prints that word; null where it takes none such, undefined where it cannot be asked, as of a type in a schema out of reach. */
async function printedAs(
  client: pg.ClientBase,
  collection: Collection,
  field: string,
  word: string,
): Promise<string | null | undefined> {
  const table = tableName(collection);
  const { rows } = await client.query<{ type: string }>(
    "select format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = $1::regclass and attname = $2",
    [table, field],
  );
  return client.query<{ printed: string }>(`select $1::text::${rows[0]?.type ?? "text"}::text as printed`, [word]).then(
    (made) => made.rows[0]?.printed ?? null,
    ({ code }: { code?: string }) => (/^22|^23514/.test(code ?? "") ? null : undefined),
  );
}
