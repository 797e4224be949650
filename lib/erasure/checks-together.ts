import type pg from "pg";
import { compile, type Node } from "../data-map/compile";
import { conditionSql, quoted, relationOf } from "../data-map/identifiers";
import { inSavepoint } from "../data-map/in-savepoint";
import { none } from "../data-map/leading";
import type { Scope } from "../data-map/types";
import { keysTable } from "./anonymise";
import type { Catalog } from "./catalog";
import { type Check, type Checks, checksOf } from "./checks-of";
import { closedAll } from "./closing-time";
import { cuts, ruleOf, type World } from "./conditions";
import { fieldsMade, stubMade, valuesOf } from "./fields-made";
import { withLinkEnds } from "./link-ends";
import type { Mapped } from "./references";
import { mayBeEmptied } from "./values-apart";

/** Those of several columns. */
const together = (checks: readonly Check[] | undefined): Check[] =>
  checks?.filter(({ columns }) => columns.length > 1) ?? [];

/** What an erasure may make of a row that stays: other values, each SQL, in rows `t` that meet a condition. */
type Change = { values: ReadonlyMap<string, string>; where: string; words: (check: string) => string };

/** Rows of each table that are asked, so that the check stays quick. */
const asked = 10_000;

/**
 * Checks of several columns that an erasure would break in rows as they are now: emptied, changed as the map says, or without a link that is
 * cut. What a check says of one column alone is known without any row (fit-checks.ts).
 */
export async function checksBroken(client: pg.ClientBase, { system, catalog, references }: Mapped): Promise<string[]> {
  const checks = await checksOf(client, system);
  const found = new Set<string>();
  for (const scope of ["person", "company"] as const) {
    const world = emptyWorld({ system, catalog, references }, scope);
    for (const node of world.plan.nodes) {
      const { name } = node.collection;
      const here = together(checks.get(name));
      if (here.length > 0 && !catalog.views.has(name))
        for (const change of changesOf(world, node))
          for (const { name: check, columns } of await broken(client, node, change, here))
            found.add(`${system.name}.${name}: ${change.words(`${check} (${columns.join(", ")})`)}`);
    }
  }
  return [...found];
}

/**
 * Notes the columns of which a check wants any to be set: none of them can be emptied, as if it were required, since who empties one asks
 * for no other. So such a link is not cut, and what it leads to stays as an empty row.
 */
export async function noteWanted(client: pg.ClientBase, all: Checks, catalog: Catalog): Promise<void> {
  const questions = [...all].flatMap(([collection, checks]) =>
    together(checks).flatMap(({ columns, says }) => {
      const found = columns.flatMap((name) => catalog.columns.get(collection)?.get(name) ?? []);
      if (found.length < columns.length || found.some(({ required }) => required)) return [];
      const cells = columns.map((name, at) => `null::${found[at]?.type} as ${quoted(name)}`);
      return [{ columns: found, refused: `(select (${says}) is false from (select ${cells.join(", ")}) made)` }];
    }),
  );
  const ask = async (asked: typeof questions): Promise<boolean[]> => {
    const [found] = await trying<{ refused: boolean[] }>(
      client,
      `select array[${asked.map(({ refused }) => refused).join(", ")}]::boolean[] as refused`,
    );
    if (found || asked.length < 2) return found?.refused ?? [false];
    const each: boolean[] = [];
    for (const one of asked) each.push(...(await ask([one])));
    return each;
  };
  const refused = questions.length > 0 ? await ask(questions) : [];
  for (const [at, { columns }] of questions.entries())
    if (refused[at]) for (const column of columns) column.wanted = true;
}

/** The rows of a question; none where it fails, or speaks of what the login may not look at: then nothing is known. */
async function trying<T extends pg.QueryResultRow>(client: pg.ClientBase, sql: string): Promise<T[]> {
  const { rows } = await inSavepoint(client, () => client.query<T>(sql).catch(() => ({ rows: [] })));
  return rows;
}

/** As before anything is known of anybody. */
function emptyWorld({ system, catalog, references }: Mapped, scope: Scope): World {
  const plan = compile(withLinkEnds(system, catalog), scope, []);
  const sets = { others: new Map(), stays: new Map(), shared: new Map(), gone: new Map(), apart: new Map() };
  const found = { ...sets, sizes: new Map(), asides: new Set<string>(), before: [] };
  return { ...found, plan, catalog, references, held: () => null, leading: none, closedAt: Temporal.Now.instant() };
}

function changesOf(world: World, node: Node): Change[] {
  const { references, plan } = world;
  const remedy = "say what becomes of one of these columns (`erasure`), or `keep`";
  const own: Change[] = [];
  if (ruleOf(world, node).action !== "delete")
    own.push({
      values: new Map([...valuesOf(fieldsMade(world, node)), ...closedAll(world, node)]),
      where: "true",
      words: (check) => `what the map makes of a row that stays breaks its check ${check}; ${remedy}`,
    });
  else if (mayBeEmptied(node.collection, references))
    own.push({
      values: new Map([...valuesOf(stubMade(world, node).made), ...closedAll(world, node)]),
      where: "true",
      words: (check) => `what an emptied row holds breaks its check ${check}; ${remedy}`,
    });
  if (plan.scope === "company") return own;
  const links = node.entries
    .filter(({ role, seedOnly }) => role !== "owner" && !seedOnly)
    .map((entry): Change => {
      const cleared = [...cuts(world, node, entry)].filter(([, how]) => how === "clear").map(([name]) => name);
      const held = entry.columns.map((name) => `t.${quoted(name)} is not null`);
      return {
        values: new Map(cleared.map((name) => [name, "null"])),
        where: [...held, ...(entry.only ? [conditionSql("t", entry.only)] : [])].join(" and "),
        words: (check) =>
          `a row from which ${cleared.join(", ")} is cut breaks its check ${check}; \`keep\` leaves that link, and with it the row that it leads to, \`role: owner\` of the reference takes the row`,
      };
    });
  return [...own, ...links];
}

/** Which of these checks such a change would break in any row. */
async function broken(
  client: pg.ClientBase,
  { collection }: Node,
  { values, where }: Change,
  checks: readonly Check[],
): Promise<Check[]> {
  const concerned = checks.filter(({ columns }) => columns.some((name) => values.has(name)));
  if (concerned.length === 0) return [];
  const columns = [...new Set(concerned.flatMap((check) => check.columns))];
  const cells = columns.map((name) => `${values.get(name) ?? `t.${quoted(name)}`} as ${quoted(name)}`);
  const types = columns.map((name) => `t.${quoted(name)}`);
  // A null takes the type of its column from the first half, which has no rows.
  const made = `select ${types.join(", ")} from ${relationOf(collection)} t where false
    union all select ${cells.join(", ")} from (select * from ${relationOf(collection)} limit ${asked}) t where ${where}`;
  const breaks = concerned.map(({ says }) => `coalesce(bool_or((${says}) is false), false)`);
  const [found] = await trying<{ broken: boolean[] }>(
    client,
    withoutKeys(`select array[${breaks.join(", ")}] as broken from (${made}) made`),
  );
  return concerned.filter((_, at) => found?.broken[at]);
}

/** Tokens are made with keys that a run alone has. */
const withoutKeys = (sql: string): string =>
  sql.replaceAll(`pg_temp.${keysTable} k`, "(values ('', '')) k(run, lasting)");
