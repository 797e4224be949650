import type pg from "pg";
import { compile } from "../data-map/compile";
import { isEmptySql } from "../data-map/empty";
import { fillSources } from "../data-map/fill-sources";
import { quoted, tableName } from "../data-map/identifiers";
import type { Rows } from "../data-map/leading";
import { homeSystem } from "../data-map/load";
import { accountsOf, fieldOf } from "../data-map/named";
import { equalSql, pairOf } from "../data-map/pairs";
import { identitiesAtHome } from "../data-map/reach";
import { ownedBy, scratchSql } from "../data-map/reach-sql";
import type { Collection, DataMap, System } from "../data-map/types";
import { endsWithPerson } from "../erasure/kept-until";
import { goesWithPerson } from "./what-ends";

/** Which rows of a system end with another account than the one that is ended; asked in the open transaction of `client`. */
export type Elsewhere = (client: pg.ClientBase, system: System) => Promise<Rows>;

/**
 * The rows that a company's end leaves to members whose account was closed later than it: their own, in what ends with a person's account
 * and not with the company's.
 */
export async function rowsOfLate(map: DataMap, members: readonly string[]): Promise<Elsewhere> {
  if (members.length === 0) return async () => () => null;
  const home = homeSystem(map);
  const subjects = members.map((platformUserId) => ({ platformUserId, platformCompanyId: null }));
  const identities = new Map<string, string[]>();
  for (const subject of map.systems.length > 1 ? subjects : [])
    for (const [kind, values] of await identitiesAtHome(map, subject, "person", true))
      identities.set(kind, [...(identities.get(kind) ?? []), ...values]);
  return async (client, system) => {
    const known = system.name === home.name ? new Map<string, string[]>() : identities;
    const plan = compile(system, "person", [...known.keys()], { lasting: () => false, prefix: "tc_late" });
    await client.query(scratchSql(plan) || "select 1");
    const sizes = await fillSources(plan, client, subjects, known, { proven: true });
    const ending = plan.nodes.filter(({ collection }) => endsWithPerson(home, collection));
    return ({ name }, row) => {
      const node = ending.find(({ collection }) => collection.name === name);
      return node ? ownedBy(plan, node, sizes, row) : null;
    };
  };
}

/**
 * The rows that the end of somebody who is in no company leaves to companies: those that say one of their own, in what would end with it
 * otherwise. Of another system it is not known which companies there are.
 */
export function rowsOfCompanies(map: DataMap): Elsewhere {
  const home = homeSystem(map);
  return async (_, { name }) => {
    const system = map.systems.find((one) => one.name === name);
    return (collection, row) => {
      const one = system?.collections.find((each) => each.name === collection.name);
      if (!one || one.companyField === null || goesWithPerson(home, one)) return null;
      const isSet = `not ${isEmptySql(one, one.companyField, row)}`;
      return name === home.name ? `${isSet} and ${isThere(home, one, one.companyField, row)}` : isSet;
    };
  };
}

function isThere(home: System, collection: Collection, column: string, row: string): string {
  const companies = accountsOf(home, "company");
  if (!home.company || !companies) return "false";
  const pair = pairOf(fieldOf(collection, column), fieldOf(companies, home.company.id));
  return `exists (select 1 from ${tableName(companies)} c where ${equalSql(pair, `${row}.${quoted(column)}`, `c.${quoted(home.company.id)}`)})`;
}
