import type pg from "pg";
import type { RetentionClass } from "../../trust-center.config";
import { literal, quoted, tableName } from "../data-map/identifiers";
import { homeSystem } from "../data-map/load";
import { isMomentSql, momentSql } from "../data-map/moment";
import { sameCompany } from "../data-map/platform-person";
import type { Collection, DataMap, Scope, System } from "../data-map/types";
import { endsWithPerson } from "../erasure/kept-until";
import type { Over } from "../erasure/over";
import type { RetentionRule } from "./rules";

/** A class whose rows go so long after an account was closed, and the closing time from which on its accounts are not due yet. */
export type ClosingRule = RetentionRule & { cutoff: Temporal.Instant };

/** An account that was closed long enough ago for some class. */
export type ClosedAccount = { scope: Scope; id: string; closedAt: Temporal.Instant };

type Home = ReturnType<typeof homeSystem>;

/** The classes whose time is over for an account that was closed then. */
export const dueClasses = (rules: readonly ClosingRule[], closedAt: Temporal.Instant): ClosingRule[] =>
  rules.filter(({ cutoff }) => Temporal.Instant.compare(closedAt, cutoff) <= 0);

/**
 * For one person the class of the accounts themselves ends with their closing, and what is no company's: everything else of the company
 * goes with the company.
 */
export function rulesFor(map: DataMap, scope: Scope, rules: readonly ClosingRule[]): ClosingRule[] {
  const home = homeSystem(map);
  if (scope === "company") return [...rules];
  const people = home.collections.find(({ name }) => name === home.person.collection);
  // What is kept for longer and no company's ends with the person's account too.
  const kept = map.systems
    .flatMap(({ collections }) => collections)
    .filter((collection) => collection.erasure.person.action === "keep" && endsWithPerson(home, collection))
    .flatMap(({ retention, erasure }) => [retention, erasure.person.until]);
  return rules.filter(({ name }) => name === people?.retention || kept.includes(name));
}

/**
 * Whether the rows of a collection are due for an account of which these classes are: its own class, and where the map keeps it
 * for longer on a ground, that one as well.
 */
export function isDueFor(
  { retention, erasure }: Collection,
  scope: Scope,
  classes: ReadonlySet<RetentionClass>,
): boolean {
  const { action, until } = erasure[scope];
  return (
    classes.has(retention) && (action !== "keep" || until === undefined || classes.has(until) || until === retention)
  );
}

/**
 * The map as the end of a period asks for: of a company everything that is due is deleted, whatever an erasure on request would
 * keep until then; of a person what is kept and no company's, and else what the map says of theirs. When an account was closed stays, since its other periods count from
 * it.
 */
export function mapAtEnd(map: DataMap, scope: Scope, isDue: (collection: Collection) => boolean): DataMap {
  const home = homeSystem(map);
  return { systems: map.systems.map((system) => systemAtEnd(home, system, scope, isDue)) };
}

function systemAtEnd(home: Home, system: System, scope: Scope, isDue: (collection: Collection) => boolean): System {
  const account = system[scope];
  return {
    ...system,
    collections: system.collections.map((collection) => ({
      ...collection,
      erasure:
        isDue(collection) &&
        (scope === "company" || (collection.erasure.person.action === "keep" && endsWithPerson(home, collection)))
          ? { ...collection.erasure, [scope]: { action: "delete" } }
          : collection.erasure,
      fields: collection.fields.map((field) =>
        collection.name === account?.collection && field.name === account.closed
          ? { ...field, erasure: { action: "keep" } }
          : field,
      ),
    })),
  };
}

/** Closed accounts that are due for some class, in the order of their ids, as many as one look takes. */
export async function accountsDue(
  client: pg.ClientBase,
  map: DataMap,
  scope: Scope,
  rules: readonly ClosingRule[],
  after: string | null,
  limit: number,
): Promise<ClosedAccount[]> {
  const given = accountSql(homeSystem(map), scope);
  const latest = latestOf(rulesFor(map, scope, rules));
  if (!given || !latest) return [];
  const { from, id, closed, isClosed, rest } = given;
  const { rows } = await client.query<{ id: string; closed: string }>(
    `select ${id}::text as id, ${closed}::text as closed from ${from}
     where ${closed} <= $1::timestamptz and ${isClosed} and ($2::text is null or ${id}::text collate "C" > $2)
     ${rest.replaceAll("$latest", "$1::timestamptz")} order by ${id}::text collate "C" limit ${limit}`,
    [latest.toString(), after],
  );
  return rows.map((row) => ({ scope, id: row.id, closedAt: Temporal.Instant.from(row.closed) }));
}

const latestOf = (rules: readonly ClosingRule[]): Temporal.Instant | null =>
  rules
    .map(({ cutoff }) => cutoff)
    .toSorted(Temporal.Instant.compare)
    .at(-1) ?? null;

function accountSql(home: Home, scope: Scope) {
  const { person, company } = home;
  const tableOf = (name: string | undefined) => home.collections.find((one) => one.name === name);
  const [people, companies] = [tableOf(person.collection), tableOf(company?.collection)];
  const closedCompany =
    company?.closed && companies
      ? {
          from: `${tableName(companies)} c`,
          id: `c.${quoted(company.id)}`,
          closed: momentSql(companies, company.closed, "c"),
          isClosed: isMomentSql(companies, company.closed, "c"),
        }
      : null;
  if (scope === "company") return closedCompany && { ...closedCompany, rest: "" };
  if (!person.closed || !people) return null;
  const closed = momentSql(people, person.closed, "p");
  // Whose company is due goes with it.
  const rest =
    closedCompany && person.company
      ? `and not exists (select 1 from ${closedCompany.from} where ${sameCompany(home)}
          and ${closedCompany.closed} <= $latest and ${closedCompany.isClosed})`
      : "";
  const isClosed = isMomentSql(people, person.closed, "p");
  return { from: `${tableName(people)} p`, id: `p.${quoted(person.id)}`, closed, isClosed, rest };
}

/** The accounts that were closed so long ago that all of these classes are over for them, too, and those of what has to be found with it. */
export function accountsOver(
  home: Home,
  scope: Scope,
  due: readonly ClosingRule[],
  rules: readonly ClosingRule[],
): Over | undefined {
  const given = accountSql(home, scope);
  const account = home[scope];
  if (!given || !account) return undefined;
  const { from, closed, isClosed } = given;
  const where = (collections: ReadonlySet<Collection>) => {
    const more = [...collections].flatMap(({ retention, erasure }) => [retention, erasure[scope].until]);
    const [first] = [...due, ...rules.filter(({ name }) => more.includes(name))]
      .map(({ cutoff }) => cutoff)
      .toSorted(Temporal.Instant.compare);
    return first ? `${closed} <= ${literal(first.toString())}::timestamptz and ${isClosed}` : "false";
  };
  return { collection: account.collection, from, alias: scope === "company" ? "c" : "p", id: account.id, where };
}

/** Whether an account is still the one that was found: not opened meanwhile, nor closed anew. @param lock it stays so until the end */
export async function isStillClosed(
  client: pg.ClientBase,
  home: Home,
  account: ClosedAccount,
  lock = "",
): Promise<boolean> {
  const given = accountSql(home, account.scope);
  if (!given) return false;
  const { rowCount } = await client.query(
    `select 1 from ${given.from} where ${given.id}::text = $1 and ${given.closed} = $2::timestamptz ${lock}`,
    [account.id, account.closedAt.toString()],
  );
  return Boolean(rowCount);
}

/**
 * Looks again in the erasure's own transaction, and locks the account there. In a view that can be impossible, or not be granted: then
 * who looks again at the end sees what happened meanwhile.
 */
export async function lockClosed(
  client: pg.ClientBase,
  home: Home,
  account: ClosedAccount,
): Promise<{ closed: boolean; locked: boolean }> {
  const lock = `for update of ${account.scope === "company" ? "c" : "p"}`;
  await client.query("savepoint tc_account");
  let locked = true;
  const closed = await isStillClosed(client, home, account, lock).catch(async (error) => {
    if (!["0A000", "42501", "42809"].includes(error.code)) throw error;
    locked = false;
    await client.query("rollback to savepoint tc_account");
    return isStillClosed(client, home, account);
  });
  // From within a savepoint no snapshot can be handed to another session (refuse-losses.ts).
  await client.query("release savepoint tc_account");
  return { closed, locked };
}

/** How long ago accounts were closed: overdue first, then tenths of the period; and how many are still due. */
export async function closedAges(
  client: pg.ClientBase,
  home: Home,
  { cutoff }: ClosingRule,
  now: Temporal.Instant,
  steps: number,
): Promise<{ ages: number[]; oldest: Temporal.Instant | null }> {
  const given = accountSql(home, "company") ?? accountSql(home, "person");
  const ages = Array.from({ length: steps + 1 }, () => 0);
  if (!given) return { ages, oldest: null };
  const [from, till] = [cutoff.epochMilliseconds, now.epochMilliseconds];
  const bounds = Array.from({ length: steps }, (_, at) => new Date(from + ((till - from) * at) / steps).toISOString());
  const { rows } = await client.query<{ step: number; rows: string; oldest: string }>(
    `select width_bucket(${given.closed}, $1::timestamptz[])::int as step, count(*)::text as rows, min(${given.closed})::text as oldest
     from ${given.from} where ${given.isClosed} group by 1 order by 1`,
    [bounds],
  );
  for (const { step, rows: count } of rows) ages[step] = Number(count);
  return { ages, oldest: rows[0] ? Temporal.Instant.from(rows[0].oldest) : null };
}
