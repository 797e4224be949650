import type pg from "pg";
import { meetsSql } from "../data-map/empty";
import { conditionSql, quoted, tableName } from "../data-map/identifiers";
import type { Reference } from "../erasure/references";
import type { Home } from "./plan-intake";
import { ImportRefused, type Staged } from "./stage-rows";

/**
 * Refuses a package that would touch anything that is here already. Whoever sends is a stranger: without this, a row that names a
 * company or a person of this platform would put the sender's people into it.
 *
 * It has to hold exactly the company that the person who took it owns, by the address that they proved here; every row of it belongs
 * to that company or to nobody; and nothing in it points at a row that was here before.
 * @throws ImportRefused
 */
export async function confineRows(
  client: pg.Client,
  home: Home,
  staged: readonly Staged[],
  references: readonly Reference[],
  address: string,
): Promise<void> {
  const stageOf = (name: string | undefined) => staged.find(({ collection }) => collection.name === name);
  const companies = stageOf(home.company?.collection);
  const people = stageOf(home.person.collection);
  const { owner, email } = home.person;
  if (!companies || !home.company || !people || !owner || !home.person.company) throw new ImportRefused("no-company");
  const exists = async (sql: string, values: unknown[] = []) =>
    (await client.query<{ there: boolean }>(`select exists (${sql}) as there`, values)).rows[0]?.there === true;
  const companyId = quoted(home.company.id);
  const owned = `select 1 from ${people.stage} p join ${companies.stage} c on c.${companyId} = p.${quoted(home.person.company)}
    where lower(p.${quoted(email)}::text) = $1 and ${meetsSql(people.collection, owner, "p")}`;
  if (companies.rows !== 1 || !(await exists(owned, [address]))) throw new ImportRefused("not-owner");
  for (const { collection, stage, fields } of staged) {
    if (!collection.companyField || !fields.includes(collection.companyField)) continue;
    const field = `s.${quoted(collection.companyField)}`;
    const other = `select 1 from ${stage} s where ${field} is not null
      and not exists (select 1 from ${companies.stage} c where c.${companyId}::text = ${field}::text)`;
    if (await exists(other)) throw new ImportRefused("other-company", collection.name);
  }
  for (const { childCollection, childColumns, parent, parentColumns, many, only } of references) {
    const child = stageOf(childCollection?.name);
    if (!child || !childColumns.every((column) => child.fields.includes(column))) continue;
    const pairs = childColumns.map((column, at) => [column, parentColumns[at] ?? ""] as const);
    const equal = (alias: string) =>
      pairs
        .map(([column, key]) => {
          const held = `s.${quoted(column)}`;
          const kept = `${alias}.${quoted(key)}::text`;
          return many ? `${kept} = any(${held}::text[])` : `${held}::text = ${kept}`;
        })
        .join(" and ");
    const when = only ? ` and ${conditionSql("s", only)}` : "";
    const here = `select 1 from ${child.stage} s join ${tableName(parent)} t on ${equal("t")}${when}`;
    // What is among the rows of the package itself means those, and a key of theirs that is taken here is seen to later.
    const among = stageOf(parent.name);
    const keys = pairs.map(([, key]) => `k.${quoted(key)}::text = t.${quoted(key)}::text`).join(" and ");
    const foreign = among ? `${here} where not exists (select 1 from ${among.stage} k where ${keys})` : here;
    if (await exists(foreign)) throw new ImportRefused("points-elsewhere", child.collection.name);
  }
  // Two accounts whose addresses differ in case alone are one person to whoever writes to them.
  const known = `select 1 from ${people.stage} p join ${tableName(people.collection)} t
    on lower(t.${quoted(email)}::text) = lower(p.${quoted(email)}::text)`;
  if (await exists(known)) throw new ImportRefused("taken", people.collection.name);
}

/**
 * Takes off what the sender says of addresses being proved, but for the one that was proved here: an account opens for whoever
 * proves its address to this platform, not for whom a stranger names.
 */
export async function unproveAddresses(
  client: pg.Client,
  home: Home,
  staged: readonly Staged[],
  address: string,
): Promise<void> {
  for (const { collection, stage, fields } of staged) {
    const marks = new Map<string, string>();
    for (const field of collection.fields) if (field.follow?.ifSet) marks.set(field.name, field.follow.ifSet);
    if (collection.name === home.person.collection && home.person.verified)
      marks.set(home.person.email, home.person.verified);
    for (const [value, mark] of marks) {
      if (!fields.includes(value) || !fields.includes(mark)) continue;
      await client.query(
        `update ${stage} set ${quoted(mark)} = null where ${quoted(mark)} is not null and lower(${quoted(value)}::text) is distinct from $1`,
        [address],
      );
    }
  }
}
