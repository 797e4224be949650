import type pg from "pg";
import { quoted, tableName } from "../data-map/identifiers";
import { identitySql } from "../data-map/identity-sql";
import { intakeOf } from "../data-map/intake";
import type { Field } from "../data-map/types";
import type { Catalog, Column } from "../erasure/catalog";
import type { Home } from "./plan-intake";
import { ImportRefused, type Left, type Staged } from "./stage-rows";

type Held = { one: Staged; field: Field; column: Column | undefined };

const fieldsOf = (staged: readonly Staged[], catalog: Catalog): Held[] =>
  staged.flatMap((one) =>
    one.collection.fields
      .filter(({ name }) => one.fields.includes(name))
      .map((field) => ({ one, field, column: catalog.columns.get(one.collection.name)?.get(field.name) })),
  );

/**
 * Makes values anew that a stranger must not choose (`new` of the map): another of the same form, the same for the same old value
 * everywhere in the package, so that a report still belongs to the device it came from and to nobody else's.
 * @throws ImportRefused when a column wants a value and none can be made
 */
export async function renewValues(
  client: pg.Client,
  home: Home,
  staged: readonly Staged[],
  catalog: Catalog,
): Promise<void> {
  const renewed = new Set(
    home.collections.flatMap(({ fields }) =>
      fields.flatMap((field) => (field.identity && intakeOf(field) === "new" ? [field.identity] : [])),
    ),
  );
  const groups = Map.groupBy(
    fieldsOf(staged, catalog).filter(
      ({ field }) => intakeOf(field) === "new" || (field.enter !== null && renewed.has(field.identity ?? "")),
    ),
    ({ one, field }) => field.identity ?? `${one.collection.name} ${field.name}`,
  );
  for (const [at, members] of [...groups.values()].entries()) {
    const map = `pg_temp.anew_${at}`;
    await client.query(`create temporary table anew_${at} (old text primary key, fresh text not null) on commit drop`);
    for (const { one, field } of members)
      await client.query(
        `insert into ${map} select distinct ${identitySql(field.identity, quoted(field.name))}, gen_random_uuid()::text
         from ${one.stage} where ${quoted(field.name)} is not null on conflict do nothing`,
      );
    for (const { one, field, column } of members) {
      const name = quoted(field.name);
      const made = freshSql(column);
      if (made === null && column?.required) throw new ImportRefused("unplaced", one.collection.name);
      await client.query(
        made === null
          ? `update ${one.stage} set ${name} = null`
          : `update ${one.stage} s set ${name} = ${made} from ${map} m where m.old = ${identitySql(field.identity, `s.${name}`)}`,
      );
    }
  }
}

/** A value of the column's own form out of a random uuid; null when it holds none such. */
function freshSql(column: Column | undefined): string | null {
  if (column?.base === "uuid") return "m.fresh::uuid";
  if (!/^(text|character varying|character|citext)$/.test(column?.base ?? "")) return null;
  const { length = null } = column ?? {};
  if (length === null || length >= 36) return "m.fresh";
  return length >= 24 ? `left(replace(m.fresh, '-', ''), ${length})` : null;
}

/**
 * Takes off identities that are somebody else's here: rows that carry one would be shown to that person as about them, and one that
 * leads on would make their loose rows the sender's. An address that was proved here is its person's.
 * @returns what was taken off, and from how many rows
 * @throws ImportRefused when a column wants a value
 */
export async function dropForeignIdentities(
  client: pg.Client,
  home: Home,
  staged: readonly Staged[],
  catalog: Catalog,
  address: string,
): Promise<Left[]> {
  const left: Left[] = [];
  for (const { one, field, column } of fieldsOf(staged, catalog)) {
    const { identity, follow, enter } = field;
    const leads = follow !== null && follow.ifSet === null;
    if (!identity || intakeOf(field) === "new" || !(leads || enter)) continue;
    const value = identitySql(identity, `s.${quoted(field.name)}`);
    // Where a value leads on by itself, a loose row here that it would reach is somebody else's too.
    const here = home.collections.flatMap((collection) =>
      collection.fields
        .filter((other) => other.identity === identity && (other.follow !== null || leads))
        .map((other) => ({ collection, other })),
    );
    if (here.length === 0) continue;
    const theirs = here
      .map(({ collection, other }) => {
        const held = `t.${quoted(other.name)}`;
        return `exists (select 1 from ${tableName(collection)} t where ${identitySql(identity, held)} = ${value})`;
      })
      .join(" or ");
    const foreign = `${value} is distinct from $1 and (${theirs})`;
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::int as n from ${one.stage} s where ${quoted(field.name)} is not null and ${foreign}`,
      [address],
    );
    const count = rows[0]?.n ?? 0;
    if (count === 0) continue;
    if (column?.required) throw new ImportRefused("theirs", one.collection.name);
    await client.query(`update ${one.stage} s set ${quoted(field.name)} = null where ${foreign}`, [address]);
    left.push({ collection: one.collection.name, field: field.name, why: "theirs", count });
  }
  return left;
}
