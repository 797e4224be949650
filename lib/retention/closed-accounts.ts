import type pg from "pg";
import { literal, quoted, tableName } from "../data-map/identifiers";
import type { Rows } from "../data-map/leading";
import { homeSystem } from "../data-map/load";
import { countedIfAnySql, countedSql, isMomentSql } from "../data-map/moment";
import { accountsOf } from "../data-map/named";
import { sameCompany } from "../data-map/platform-person";
import type { Collection, DataMap, Scope } from "../data-map/types";
import { endingClasses, endsWithPerson } from "../erasure/kept-until";
import type { Over } from "../erasure/over";
import { ageSteps, stepsSince } from "./ages";
import { type ClosingRule, rulesFor } from "./what-ends";

/** An account that was closed long enough ago for some class. */
export type ClosedAccount = {
  scope: Scope;
  id: string;
  closedAt: Temporal.Instant;
  /** A person in no company, with whom everything of theirs ends that is no company's. */
  alone?: boolean;
};

type Home = ReturnType<typeof homeSystem>;

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
  const [all, more] = [false, true].map((alone) => rulesFor(map, { scope, alone }, rules));
  const cutoffs = (more ?? []).map(({ cutoff }) => cutoff.toString());
  if (!given || cutoffs.length === 0) return [];
  const { from, id, closed, isClosed, alone, apart } = given;
  const due = (more ?? []).map(({ name }, at) => {
    const by = `$${at + 2}::timestamptz`;
    return `${closed} <= ${by} and ${all?.some((one) => one.name === name) ? apart(by) : alone}`;
  });
  const { rows } = await client.query<{ id: string; closed: string; alone: boolean }>(
    `select ${id}::text as id, ${closed}::text as closed, ${alone} as alone from ${from}
     where ${isClosed} and (${due.join(" or ")}) and ($1::text is null or ${id}::text collate "C" > $1)
     order by ${id}::text collate "C" limit ${limit}`,
    [after, ...cutoffs],
  );
  return rows.map((row) => ({
    ...{ scope, id: row.id, alone: row.alone, closedAt: Temporal.Instant.from(row.closed) },
  }));
}

/** Of these accounts those whose own row is held. @param held for the open transaction of `client` */
export async function heldAccounts(
  client: pg.ClientBase,
  home: Home,
  scope: Scope,
  held: Rows,
  ids: readonly string[],
): Promise<Set<string>> {
  const [given, accounts] = [accountSql(home, scope), accountsOf(home, scope)];
  const condition = accounts && held(accounts, scope === "company" ? "c" : "p");
  if (!given || !condition) return new Set();
  const { rows } = await client.query<{ id: string }>(
    `select ${given.id}::text as id from ${given.from} where ${given.id}::text = any($1) and (${condition})`,
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}

function accountSql(home: Home, scope: Scope) {
  const { person, company } = home;
  const [people, companies] = [accountsOf(home, "person"), accountsOf(home, "company")];
  const closedCompany =
    company?.closed && companies
      ? {
          from: `${tableName(companies)} c`,
          id: `c.${quoted(company.id)}`,
          closed: countedSql(companies, company.closed, "c"),
          isClosed: isMomentSql(companies, company.closed, "c"),
        }
      : null;
  if (scope === "company") return closedCompany && { ...closedCompany, alone: "false", apart: () => "true" };
  if (!person.closed || !people) return null;
  const closed = countedSql(people, person.closed, "p");
  // Whose company was closed no earlier than they were goes with it, for what it is due for as well.
  const apart = (by: string) =>
    closedCompany && person.company
      ? `not exists (select 1 from ${closedCompany.from} where ${sameCompany(home)}
          and ${closedCompany.closed} between ${closed} and ${by} and ${closedCompany.isClosed})`
      : "true";
  const alone =
    companies && person.company
      ? `not exists (select 1 from ${tableName(companies)} c where ${sameCompany(home)})`
      : "false";
  const isClosed = isMomentSql(people, person.closed, "p");
  return { from: `${tableName(people)} p`, id: `p.${quoted(person.id)}`, closed, isClosed, alone, apart };
}

/** Who in a company was closed later than it was: what is theirs ends by that, and not with the company. */
export async function lateMembers(client: pg.ClientBase, home: Home, companyId: string): Promise<string[]> {
  const [company, member] = [accountSql(home, "company"), accountSql(home, "person")];
  if (!company || !member || !home.person.company) return [];
  const { rows } = await client.query<{ id: string }>(
    `select ${member.id}::text as id from ${member.from}, ${company.from}
     where ${company.id}::text = $1 and ${sameCompany(home)} and ${member.isClosed} and ${member.closed} > ${company.closed} order by 1`,
    [companyId],
  );
  return rows.map(({ id }) => id);
}

/**
 * The accounts that were closed so long ago that all of these classes are over for them, too, and those of what has to be found
 * with it; beside somebody in no company others in none.
 * A company's members who were closed later than it are none of them.
 */
export function accountsOver(
  home: Home,
  { scope, alone }: Pick<ClosedAccount, "scope" | "alone">,
  due: readonly ClosingRule[],
  rules: readonly ClosingRule[],
): Over | undefined {
  const [given, member] = [accountSql(home, scope), accountSql(home, "person")];
  const account = home[scope];
  if (!given || !account) return undefined;
  const { from, closed, isClosed } = given;
  const where = (collections: ReadonlySet<Collection>) => {
    const more = [...collections].flatMap((collection) => endingClasses(collection, scope));
    const [first] = [...due, ...rules.filter(({ name }) => more.includes(name))]
      .map(({ cutoff }) => cutoff)
      .toSorted(Temporal.Instant.compare);
    return first
      ? `${closed} <= ${literal(first.toString())}::timestamptz and ${isClosed}${alone ? ` and ${given.alone}` : ""}`
      : "false";
  };
  const apart: Over["apart"] = ({ name }, row) =>
    scope === "company" && member && name === home.person.collection
      ? `exists (select 1 from ${member.from} where ${member.id} = ${row}.${quoted(home.person.id)} and ${member.isClosed} and ${member.closed} > ${closed})`
      : null;
  return {
    ...{ collection: account.collection, from, id: account.id, where, apart },
    alias: scope === "company" ? "c" : "p",
  };
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
 * @param strength shared: that nobody opens it, and another session of ours may lock it so too
 */
export async function lockClosed(
  client: pg.ClientBase,
  home: Home,
  account: ClosedAccount,
  strength: "share" | "update" = "update",
): Promise<{ closed: boolean; locked: boolean }> {
  const lock = `for ${strength} of ${account.scope === "company" ? "c" : "p"}`;
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

/**
 * How long ago the accounts were closed with which rows of a collection end: overdue first, then tenths of the period; and since when the
 * oldest of them is, which is still there.
 */
export async function closedAges(
  client: pg.ClientBase,
  home: Home,
  collection: Pick<Collection, "name" | "scope">,
  { cutoff }: ClosingRule,
  now: Temporal.Instant,
): Promise<{ ages: number[]; oldest: Temporal.Instant | null }> {
  const given = endsWithPerson(home, collection) ? peopleClosed(home) : accountSql(home, "company");
  const ages = Array.from({ length: ageSteps + 1 }, () => 0);
  if (!given) return { ages, oldest: null };
  const { rows } = await client.query<{ step: number; rows: string; oldest: string }>(
    `select width_bucket(a.closed, $1::timestamptz[])::int as step, count(*)::text as rows, min(a.closed)::text as oldest
     from (select ${given.closed} as closed from ${given.from} where ${given.isClosed}) a where a.closed is not null group by 1 order by 1`,
    [stepsSince(cutoff, now)],
  );
  for (const { step, rows: count } of rows) ages[step] = Number(count);
  return { ages, oldest: rows[0] ? Temporal.Instant.from(rows[0].oldest) : null };
}

/** When people were closed: by their own closing time, and who has none by their company's. */
function peopleClosed(home: Home) {
  const { person, company } = home;
  const [people, companies] = [accountsOf(home, "person"), accountsOf(home, "company")];
  if (!people || !person.closed) return null;
  const own = countedIfAnySql(people, person.closed, "p");
  const with_ = companies && company?.closed && person.company ? countedIfAnySql(companies, company.closed, "c") : null;
  return {
    from: `${tableName(people)} p${with_ && companies ? ` left join ${tableName(companies)} c on ${sameCompany(home)}` : ""}`,
    closed: with_ ? `coalesce(${own}, ${with_})` : own,
    isClosed: "true",
  };
}
