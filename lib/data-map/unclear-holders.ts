import type pg from "pg";
import { columnNames, keyColumns, quoted, relationOf, tableName } from "./identifiers";
import { fieldOf } from "./named";
import { isArray } from "./type-families";
import type { Collection, System } from "./types";

type End = { collection: Collection; columns: readonly string[] };

/**
 * References of which it was concluded from the map's keys which end holds them, although the database says otherwise, or says nothing: one
 * held by the other end would be cut there, or left dangling. Asked are foreign keys, unique indexes, and where there is neither the rows:
 * what repeats is no key.
 * @returns for each its place and what to write
 */
export async function unclearHolders(
  client: pg.ClientBase,
  { name, collections, edges }: System,
): Promise<{ where: string; message: string }[]> {
  const found = new Map<string, { where: string; message: string }>();
  for (const { from, to, holder, isUnclear, assumed } of edges) {
    // Where it is written down: of one that was taken to be held by the other end, at the key.
    const [written, known] = assumed && holder === "from" ? [to, from] : [from, to];
    const [here, there] = [endOf(collections, written), endOf(collections, known)];
    if (!(isUnclear || assumed) || !here || !there) continue;
    const isClear = assumed ? await isHeldThere(client, here, there) : await isHeldHere(client, here, there);
    if (isClear) continue;
    const [column, other] = [here.columns.join(", "), there.columns.join(", ")];
    const { table } = here.collection;
    const where = `${name}: ${table.schema}.${table.name}.${column}`;
    const message = assumed
      ? `holds each value once, as ${there.collection.name}.${other} does, and no foreign key says which leads to the other: add \`holder: here\` (or \`there\`) under the reference's \`trust\``
      : `nothing says that the reference \`to\` ${there.collection.name} is held here; if ${there.collection.name}.${other} holds it, write it there as \`from\` ${here.collection.name}.${column}, else say \`holder: here\``;
    found.set(`${where}${message}`, { where, message });
  }
  return [...found.values()];
}

function endOf(collections: readonly Collection[], side: { collection: string; columns: string[] }): End | null {
  const collection = collections.find(({ name }) => name === side.collection);
  const isList = side.columns.some((column) => isArray(fieldOf(collection, column)));
  return collection && !isList ? { collection, columns: side.columns } : null;
}

/** Nothing speaks against it, or the database says so; one that it says lies here is taken so (link-ends.ts). */
const isHeldThere = async (client: pg.ClientBase, here: End, there: End): Promise<boolean> =>
  !(await isUnique(client, there)) || (await leadsTo(client, there, here)) || leadsTo(client, here, there);

async function isHeldHere(client: pg.ClientBase, here: End, there: End): Promise<boolean> {
  if (await leadsTo(client, here, there)) return true;
  if (await leadsTo(client, there, here)) return false;
  const [hereKey, thereKey] = [await isUnique(client, here), await isUnique(client, there)];
  // Two keys, as of an account and its profile, could each be the link.
  if (hereKey || thereKey) return !hereKey;
  return (await repeats(client, here)) || !(await repeats(client, there));
}

const sameAs = (names: string, parameter: string): string =>
  `(${names} @> ${parameter}::text[] and ${names} <@ ${parameter}::text[])`;

/** By a foreign key of the database. */
async function leadsTo(client: pg.ClientBase, child: End, parent: End): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from pg_constraint c where c.contype = 'f' and c.conrelid = to_regclass($1) and c.confrelid = to_regclass($2)
       and ${sameAs(columnNames("c.conkey", "c.conrelid"), "$3")} and ${sameAs(columnNames("c.confkey", "c.confrelid"), "$4")}`,
    [relationOf(child.collection), relationOf(parent.collection), child.columns, parent.columns],
  );
  return Boolean(rowCount);
}

async function isUnique(client: pg.ClientBase, { collection, columns }: End): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from pg_index i where i.indrelid = to_regclass($1) and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
       and ${sameAs(columnNames(keyColumns("i"), "i.indrelid"), "$2")}`,
    [relationOf(collection), columns],
  );
  return Boolean(rowCount);
}

async function repeats(client: pg.ClientBase, { collection, columns }: End): Promise<boolean> {
  const cells = columns.map((column) => `t.${quoted(column)}`);
  const { rowCount } = await client.query(
    `select 1 from ${tableName(collection)} t where ${cells.map((cell) => `${cell} is not null`).join(" and ")}
     group by ${cells.join(", ")} having count(*) > 1 limit 1`,
  );
  return Boolean(rowCount);
}
