import type pg from "pg";
import { connect } from "../data-map/connect";
import { inSavepoint } from "../data-map/in-savepoint";
import { isMapped, nameOf, schemasAndNames } from "../data-map/mapped-tables";
import type { DataMap, Field, System } from "../data-map/types";
import { anonymised, ruleInWords } from "./anonymise";
import { linksBroken } from "./broken-links";
import { type Catalog, type Column, ErasureRefused, readCatalog } from "./catalog";
import { checksOf } from "./checks-of";
import { checksBroken, noteWanted } from "./checks-together";
import { closingColumns, isFixed } from "./conditions";
import { agesChanged } from "./endless";
import { fitChecks, tokensRefused } from "./fit-checks";
import { type Mapped, periodsEqualled, referencesOf, strangers } from "./references";
import { unknownToReplicas } from "./replica-identity";
import { stoppedBy } from "./stopped-by";
import { keysStaying, valuesMeeting, valuesStaying } from "./values-apart";

/**
 * Reads the catalogue and holds it against everything that an erasure, or a sweep, will ask of it, before anything is changed.
 * @throws ErasureRefused naming each place: what {@link readCatalog} finds, foreign keys from tables that the map does not know or the
 *   login may not read, and rules of fields that their columns cannot take
 */
export async function readErasable(client: pg.ClientBase, system: System): Promise<Catalog> {
  const catalog = await readCatalog(client, system);
  const { rows } = await client.query<{ may: boolean }>(
    "select has_database_privilege(current_database(), 'temporary') as may",
  );
  const checks = await checksOf(client, system);
  await noteWanted(client, checks, catalog);
  await fitChecks(client, system, checks, catalog);
  const problems = [
    ...(rows[0]?.may ? [] : [`${system.name}: the login may not make temporary tables (grant temporary on database)`]),
    ...strangers(system, catalog).map((one) => `${system.name}: ${one} and is not in the map`),
    ...(await unreadable(client, system, catalog)),
    ...(await impossibleRules(client, system, catalog)),
  ];
  if (problems.length > 0) throw new ErasureRefused(problems.join("\n"));
  return catalog;
}

/** Tables whose rows point at mapped ones: whether any do has to be asked before a row goes. */
async function unreadable(client: pg.ClientBase, system: System, { foreignKeys }: Catalog): Promise<string[]> {
  const mapped = new Set(system.collections.map(({ table }) => nameOf(table)));
  const outside = foreignKeys.filter(({ child, parent }) => mapped.has(nameOf(parent)) && !mapped.has(nameOf(child)));
  const { rows } = await client.query<{ name: string }>(
    `select distinct format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where ${isMapped}
       and not (has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')) order by 1`,
    schemasAndNames(outside.map(({ child: table }) => ({ table }))),
  );
  return rows.map(({ name }) => `${system.name}: the login may not select in ${name}, which points at mapped tables`);
}

/** Field rules that would fail, or do nothing, in rows that stay. */
async function impossibleRules(client: pg.ClientBase, system: System, catalog: Catalog): Promise<string[]> {
  const problems: string[] = [];
  for (const collection of system.collections) {
    const { name } = collection;
    if (catalog.views.has(name)) continue;
    for (const field of collection.fields) {
      // The engine sees to an account's closing time itself (closing-time.ts), in whatever form.
      const isNow = field.erasure?.action === "anonymise" && field.erasure.by === "now";
      if (isNow && closingColumns(system, collection).includes(field.name)) continue;
      const column = catalog.columns.get(name)?.get(field.name);
      const problem = column && (await problemOf(client, collection, field, column));
      if (problem) problems.push(`${system.name}.${name}.${field.name}: ${problem}`);
    }
  }
  return problems;
}

async function problemOf(
  client: pg.ClientBase,
  collection: System["collections"][number],
  { name, erasure }: Field,
  column: Column,
): Promise<string | null> {
  if (erasure?.action !== "anonymise") return null;
  const { by } = erasure;
  const how = ruleInWords(by);
  if (isFixed(collection, name, column))
    return column.generated ? `${how} cannot be done: the database gives its value` : `${how} cannot be done to a key`;
  if (anonymised(by, name, column) === null)
    return `${how} cannot be done to a ${column.required ? "required " : ""}column of type ${column.type}`;
  if (typeof by !== "object" || !("fixed" in by)) return null;
  // Made for once: whether the type, an enum or a domain takes it, only the database can say.
  return inSavepoint(client, () =>
    client.query(`select ${anonymised(by, name, column)}`).then(
      () => null,
      () => `${how} is no value of type ${column.type}`,
    ),
  );
}

/**
 * Asks each of several systems whether an erasure could begin there, before the first one is changed: what can be known beforehand and
 * stops it in one keeps the others whole too.
 * @throws ErasureRefused naming the system
 */
export async function refuseUnready({ systems }: DataMap): Promise<void> {
  // Of one without a login that erases it is said where each is asked for its own.
  if (systems.length < 2 || systems.some(({ eraser }) => !eraser)) return;
  for (const system of systems) {
    let client: pg.Client | undefined;
    try {
      client = await connect(system.eraser?.() ?? "", "erasure", "begin isolation level repeatable read read only");
      await readErasable(client, system);
    } catch (error) {
      throw new ErasureRefused(stoppedBy(error, system.name));
    } finally {
      await client?.end().catch(() => {});
    }
  }
}

/** {@link readErasable} as `npm run data-map:check` asks it, by the login that erases: one problem a line; empty when it could begin. */
export async function erasableProblems(
  url: string,
  system: System,
  more: (mapped: Mapped) => string[] = () => [],
): Promise<string[]> {
  const begin = "set statement_timeout = '60s'; begin isolation level repeatable read read only";
  const client = await connect(url, "check", begin);
  try {
    const catalog = await readErasable(client, system);
    const mapped: Mapped = { system, catalog, references: referencesOf(system, catalog) };
    const wrong = [valuesMeeting, valuesStaying, keysStaying, tokensRefused, periodsEqualled, agesChanged].flatMap(
      (find) => find(mapped),
    );
    const broken = [...(await linksBroken(client, mapped)), ...(await checksBroken(client, mapped))];
    return [...wrong, ...broken, ...(await unknownToReplicas(client, system)), ...more(mapped)];
  } catch (error) {
    if (!(error instanceof ErasureRefused)) throw error;
    return error.message.split("\n");
  } finally {
    await client.end().catch(() => {});
  }
}
