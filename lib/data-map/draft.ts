import type pg from "pg";
import { Document } from "yaml";
import { baseTypeSql, domainsSql } from "./domains";
import { type Guess, guessLinks } from "./guess-links";
import { columnNames, keyColumns, overPeriods } from "./identifiers";
import { withSnapshot } from "./platform";
import { toSay } from "./to-say";
import { DataMapError, type System } from "./types";

type Table = { schema: string; table: string };
type Column = Table & { name: string; type: string; key: boolean; given: boolean; above: boolean };
type Link = Table & { columns: string[]; parent: Table; parentColumns: string[]; name: string };

/**
 * The skeleton of a map of a live database: every table with its columns, types, keys and foreign keys. Whose data it is stays to be
 * said, at each `TO-SAY`. Reads the catalog only.
 * @param schemas those that are drafted, into one dataset, since references lead into no other; the first one is the default
 * @param peopleTable their table, as the draft calls it or by its schema too: tables that no foreign key ties to them are drafted as `scope: none`, but for those
 *   with columns that seem to lead to somebody
 * @param companiesTable theirs likewise: what points at them says whose account its rows are of
 */
export function draftMap(
  system: Pick<System, "name" | "url">,
  schemas: readonly string[],
  peopleTable?: string,
  companiesTable?: string,
): Promise<string> {
  return withSnapshot(system as System, async (client) => {
    const columns = await columnsOf(client, schemas);
    const all = await linksOf(client, schemas);
    const isInside = ({ parent }: Link) => schemas.includes(parent.schema);
    const links = all.filter(isInside);
    const outside = all.filter((link) => !isInside(link));
    const nameOf = namesFor(columns);
    const tables = Map.groupBy(columns, nameOf);
    const named = (table?: string) => (table === undefined ? undefined : tableNamed(table, tables, schemas));
    const [people, companies] = [named(peopleTable), named(companiesTable)];
    const accounts = [people, companies].filter((one) => one !== undefined);
    const linksBy = Map.groupBy(all, nameOf);
    const linksIn = (name: string) => linksBy.get(name) ?? [];
    const knownIn = (name: string) => new Set(linksIn(name).flatMap((link) => link.columns));
    const { guesses, left } = guessLinks(tables, knownIn, { people, companies });
    const guessesBy = Map.groupBy(guesses, ({ child }) => child);
    const guessesIn = (name: string) => guessesBy.get(name) ?? [];
    const ends = [...links.map((link) => endsOf(link, tables, nameOf)), ...guesses];
    const tied = people === undefined ? null : tiedTo([...accounts, ...left.keys()], ends);
    // What a view holds no foreign key says, and where those lead that leave the draft is not known.
    const isOpen = (name: string) =>
      tied?.has(name) !== false || tables.get(name)?.every(({ given }) => given) || !linksIn(name).every(isInside);
    const isCompany = ({ parent, columns }: Link) => nameOf(parent) === companies && columns.length === 1;
    /** The column by which a table's rows are a company's, where one alone leads there. */
    const companyIn = (name: string): string | undefined => {
      const found = new Set([
        ...linksIn(name).flatMap((link) => (isCompany(link) ? link.columns : [])),
        ...guessesIn(name).flatMap((one) => (one.parent === companies ? [one.column] : [])),
      ]);
      return name !== companies && found.size === 1 ? [...found][0] : undefined;
    };
    const keyOf = (name?: string): string => {
      const [key, ...more] = (tables.get(name ?? "") ?? []).filter((column) => column.key);
      return key && more.length === 0 ? key.name : toSay;
    };
    const [schema] = schemas;
    const document = new Document({
      dataset: [
        {
          fides_key: system.name,
          data_categories: ["user"],
          fides_meta: { namespace: { schema } },
          trust: {
            connection: "PLATFORM_DATABASE_URL",
            eraser: { connection: "PLATFORM_ERASER_DATABASE_URL" },
            person: {
              ...{ collection: people ?? toSay, id: keyOf(people), email: toSay },
              ...(companies ? { company: companyIn(people ?? "") ?? toSay, owner: toSay } : {}),
              closed: toSay,
            },
            ...(companies
              ? { company: { collection: companies, id: keyOf(companies), name: toSay, closed: toSay } }
              : {}),
          },
          collections: [...tables].map(([name, columns]) => {
            const [first] = columns;
            const company = companyIn(name);
            // That column is the link already.
            const led = linksIn(name).filter((link) => isInside(link) && !(company && isCompany(link)));
            const guessed = guessesIn(name).filter(
              ({ parent }) => isOpen(parent) && !(company && parent === companies),
            );
            return {
              name,
              trust: {
                ...(first && first.table !== name ? { table: first.table } : {}),
                ...(first && first.schema !== schema ? { schema: first.schema } : {}),
                ...(first?.above ? { only: true } : {}),
                ...(isOpen(name)
                  ? {
                      ...{ category: toSay, role: toSay, scope: toSay },
                      ...(company ? { company } : {}),
                      ...{ retention: toSay, erasure: toSay },
                    }
                  : { scope: "none", ground: toSay }),
              },
              fields: columns.map((column) => fieldOf(system.name, column, led, isOpen(name) ? guessed : [], nameOf)),
            };
          }),
        },
      ],
    });
    document.commentBefore = ` A draft: say what stands as ${toSay} (docs/data-map.md), or of a table without personal data
   trust: { scope: none, ground: why }
 References that lead to nobody's data can be left out; which of several makes a row somebody's is the role's to say.${outside.length > 0 ? outsideWords(outside) : ""}${guesses.length > 0 ? guessedWords : ""}${left.size > 0 ? seemingWords(left) : ""}`;
    return document.toString({ lineWidth: 0, flowCollectionPadding: true });
  });
}

/** A table's own name, with its schema's where another one is called the same. */
function namesFor(columns: readonly Column[]): (table: Table) => string {
  const schemas = Map.groupBy(columns, ({ table }) => table);
  const twice = new Set(
    [...schemas].flatMap(([table, all]) => (new Set(all.map(({ schema }) => schema)).size > 1 ? [table] : [])),
  );
  return ({ schema, table }) => (twice.has(table) ? `${schema}_${table}` : table);
}

/** What the draft calls a table. @throws DataMapError when there is none of that name, or several */
function tableNamed(name: string, tables: ReadonlyMap<string, readonly Column[]>, schemas: readonly string[]): string {
  if (tables.has(name)) return name;
  const whole = (table: Table | undefined) => `${table?.schema}.${table?.table}`;
  const found = [...tables].filter(([, [first]]) => whole(first) === name || first?.table === name);
  if (found.length > 1)
    throw new DataMapError(
      `several tables are called ${name}: say ${found.map(([, [first]]) => whole(first)).join(" or ")}`,
    );
  const [one] = found;
  if (!one) throw new DataMapError(`there is no table ${name} in ${schemas.join(", ")}`);
  return one[0];
}

/** Between which tables a link is, and whether it is all of its own table's key. */
type Ends = { child: string; parent: string; half?: boolean };

function endsOf(link: Link, tables: ReadonlyMap<string, readonly Column[]>, nameOf: (table: Table) => string): Ends {
  const child = nameOf(link);
  const half = tables.get(child)?.every(({ key, name }) => key === link.columns.includes(name)) === true;
  return { child, parent: nameOf(link.parent), half };
}

/**
 * Where somebody's rows are, whatever leads there over any number of tables, and what all these point at. What a row points at by all of
 * its own key is the same thing's other half, such as the party that a person is: what leads there is somebody's too.
 */
function tiedTo(somebodys: readonly string[], ends: readonly Ends[]): Set<string> {
  const grown = (from: Iterable<string>, next: (name: string) => string[]): Set<string> => {
    const found = new Set(from);
    // A set gives what is added to it while it is gone through.
    for (const one of found) for (const other of next(one)) found.add(other);
    return found;
  };
  const theirs = grown(somebodys, (name) =>
    ends.flatMap(({ child, parent, half }) => [
      ...(parent === name ? [child] : []),
      ...(half && child === name ? [parent] : []),
    ]),
  );
  return grown(theirs, (name) => ends.flatMap(({ child, parent }) => (child === name ? [parent] : [])));
}

const outsideWords = (links: readonly Link[]): string =>
  `\n Foreign keys into schemas that this draft was not asked for, and so are not in it (say \`--schema\` once for each):${links
    .map(
      ({ schema, table, columns, parent }) =>
        `\n   ${schema}.${table} (${columns.join(", ")}) -> ${parent.schema}.${parent.table}`,
    )
    .join("")}`;

const guessedWords = `\n References with \`role: ${toSay}\` are guessed by what the columns are called: no foreign key says so. Say the role, or take them out.`;

const seemingWords = (seeming: ReadonlyMap<string, readonly string[]>): string =>
  `\n No foreign key says where these lead: give those a reference, or an identity, that lead to somebody${[...seeming]
    .map(([name, columns]) => `\n   ${name} (${columns.join(", ")})`)
    .join("")}`;

function fieldOf(
  dataset: string,
  { name, type, key, given }: Column,
  links: readonly Link[],
  guesses: readonly Guess[],
  nameOf: (table: Table) => string,
) {
  const known = links
    .filter(({ columns }) => columns.includes(name))
    .map(({ columns, parent, parentColumns, name: constraint }) => ({
      ...{ dataset, field: `${nameOf(parent)}.${parentColumns[columns.indexOf(name)]}`, direction: "from" },
      ...(columns.length > 1 ? { trust: { key: constraint } } : {}),
    }));
  const guessed = guesses
    .filter(({ column }) => column === name)
    .map(({ parent, parentColumn }) => ({
      ...{ dataset, field: `${parent}.${parentColumn}`, direction: "from", trust: { role: toSay } },
    }));
  const references = [...known, ...guessed];
  const meta = { ...(key ? { primary_key: true } : {}), ...(references.length > 0 ? { references } : {}) };
  return {
    name,
    ...(Object.keys(meta).length > 0 ? { fides_meta: meta } : {}),
    trust: { type, ...(given ? { correct: "never" } : {}) },
  };
}

async function columnsOf(client: pg.ClientBase, schemas: readonly string[]): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `with recursive ${domainsSql}
     select n.nspname as schema, c.relname as table, a.attname as name, ${baseTypeSql("a")} as type,
            exists (select 1 from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any(${keyColumns("i")})) as key,
            a.attgenerated <> '' or a.attidentity = 'a' or c.relkind in ('m', 'f') as given,
            exists (select 1 from pg_inherits h join pg_class d on d.oid = h.inhrelid join pg_namespace e on e.oid = d.relnamespace
                    where h.inhparent = c.oid and not d.relispartition and e.nspname = any($1)) as above
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where n.nspname = any($1) and c.relkind in ('r', 'p', 'm', 'f') and not c.relispartition
     order by array_position($1, n.nspname::text), c.relname, a.attnum`,
    [schemas],
  );
  return rows;
}

async function linksOf(client: pg.ClientBase, schemas: readonly string[]): Promise<Link[]> {
  // A reference of the map compares as equal, which periods are not: it is drafted by the columns before them.
  // A partition counts as its table, and what stands at each of them as one.
  const { rows } = await client.query<Link>(
    `with links as (
       select coalesce(pg_partition_root(k.conrelid), k.conrelid) as child, coalesce(pg_partition_root(k.confrelid), k.confrelid) as parent,
              ${columnNames(`k.conkey[:cardinality(k.conkey) - ${overPeriods}::int]`, "k.conrelid")} as columns,
              ${columnNames(`k.confkey[:cardinality(k.confkey) - ${overPeriods}::int]`, "k.confrelid")} as parent_columns, k.conname
       from pg_constraint k where k.contype = 'f' and k.conparentid = 0)
     select n.nspname as schema, c.relname as table, k.columns, json_build_object('schema', m.nspname, 'table', p.relname) as parent,
            k.parent_columns as "parentColumns", min(k.conname) as name
     from links k join pg_class c on c.oid = k.child join pg_namespace n on n.oid = c.relnamespace
     join pg_class p on p.oid = k.parent join pg_namespace m on m.oid = p.relnamespace
     where n.nspname = any($1) group by n.nspname, c.relname, k.columns, m.nspname, p.relname, k.parent_columns order by 1, 2, min(k.conname)`,
    [schemas],
  );
  return rows;
}
