import { type Feeder, holdsMany, type Plan, type Source } from "./compile";
import { literal, quoted, tableName } from "./identifiers";
import { leadsSql } from "./none";
import { ownedBy, putIf, type Sizes, temporary } from "./reach-sql";
import type { System } from "./types";

// The SQL of identities: by what somebody is known, and whose it is.

/** SQL of an identity as it is compared: an address is the same in any case of letters, every other is as it is written. */
export const identitySql = (kind: string | null, value: string): string =>
  kind === "email" ? `lower(${value}::text)` : `${value}::text`;

/** The condition that row `f` of a feeder makes an identity somebody's. @param given it, as {@link identitySql} has it */
export function holdsIdentity(kind: string, feeder: Feeder, given: string): string {
  const {
    node,
    columns: [name = ""],
  } = feeder;
  const column = `f.${quoted(name)}`;
  const holds = holdsMany(node, name)
    ? `exists (select 1 from unnest(${column}) x(v) where ${identitySql(kind, "x.v")} = ${given})`
    : `${identitySql(kind, column)} = ${given}`;
  return [holds, ...putIf(feeder, "f")].join(" and ");
}

/** ` and ...`: row `row` of a feeder is not the own row of one of these accounts. */
export const isSomebody = ({ person }: System, { node }: Feeder, nobodyElse: readonly string[], row = "f"): string =>
  person && nobodyElse.length > 0 && node.collection.name === person.collection
    ? ` and ${row}.${quoted(person.id)}::text not in (${nobodyElse.map(literal).join(", ")})`
    : "";

/**
 * Which of the values `$1` of a kind stand in a row that makes them somebody's and is not reached as the person's or company's own; null when
 * no row makes any somebody's.
 */
export function sharedSql(plan: Plan, kind: string, sizes: Sizes, nobodyElse: readonly string[] = []): string | null {
  const ways = plan.sources
    .filter(({ identity }) => identity === kind)
    .flatMap(({ feeders }) => feeders)
    .map((feeder) => {
      const { node } = feeder;
      const own = ownedBy(plan, node, sizes, "f");
      const given = identitySql(kind, "i.value");
      const holds = `${holdsIdentity(kind, feeder, given)}${isSomebody(plan.system, feeder, nobodyElse)}`;
      const exists = `exists (select 1 from ${tableName(node.collection)} f where ${holds} and (${own ?? "false"}) is not true)`;
      // Asked outside: within, the database would look through the table for each value, where no index serves.
      return [...feeder.idle.flatMap((one) => leadsSql(one, given) ?? []), exists].join(" and ");
    });
  return ways.length > 0 ? `select i.value from unnest($1::text[]) i(value) where ${ways.join(" or ")}` : null;
}

/** The identities found so far, as text. */
export const valuesSql = (source: Source): string => `select c1::text as value from ${temporary(source)}`;
