import type pg from "pg";
import { conditionSql, quoted } from "../data-map/identifiers";
import type { Catalog } from "../erasure/catalog";
import type { Reference } from "../erasure/references";
import type { Home } from "./plan-intake";
import { ImportRefused, type Left, type Staged } from "./stage-rows";

/** In which rows `s` a link is one. */
const whenSql = (only: Reference["only"]): string => (only ? conditionSql("s", only) : "true");

/** The account that the person has here. */
export type Account = { userId: string; companyId: string | null };
type Sides = { home: Home; catalog: Catalog; references: readonly Reference[] };

/**
 * Makes a person's own records theirs here: what named them at the sender names their account here, and their company is the one they
 * are in here. Everything that names anybody or anything else is taken off, and a record that cannot be without it stays out.
 * @param address the one that they proved here
 * @param here null while the platform knows nobody of that address
 * @returns what is put in, and how many rows stay out
 * @throws ImportRefused when the package is not exactly that person's, or there is no account it could be put into
 */
export async function placePerson(
  client: pg.Client,
  { home, catalog, references }: Sides,
  staged: readonly Staged[],
  { address, here }: { address: string; here: Account | null },
): Promise<{ placed: Staged[]; left: Left[] }> {
  const people = staged.find(({ collection }) => collection.name === home.person.collection);
  const id = quoted(home.person.id);
  const { rows: found } = people
    ? await client.query<{ id: string }>(
        `select ${id}::text as id from ${people.stage} where lower(${quoted(home.person.email)}::text) = $1`,
        [address],
      )
    : { rows: [] };
  const there = found[0]?.id;
  if (people?.rows !== 1 || there === undefined) throw new ImportRefused("not-person");
  if (!here && home.person.company) throw new ImportRefused("no-account");
  const self: Account = here ?? { userId: there, companyId: null };
  const placed = staged.filter((one) => one !== people || !here);
  const others = placed.filter((one) => one !== people);
  const typed = (one: Staged, column: string, value: string) =>
    `${value}::text::${catalog.columns.get(one.collection.name)?.get(column)?.type ?? "text"}`;

  const links = others.map((one) => ({
    one,
    held: references.filter(
      ({ childCollection, childColumns }) =>
        childCollection?.name === one.collection.name && childColumns.every((column) => one.fields.includes(column)),
    ),
  }));
  const isSelf = ({ parent, parentColumns }: Reference) =>
    parent.name === home.person.collection && parentColumns.join() === home.person.id;
  const isCompany = ({ parent, parentColumns }: Reference) =>
    parent.name === home.company?.collection && parentColumns.join() === home.company.id;

  for (const { one, held } of links) {
    const { companyField } = one.collection;
    if (companyField && !one.fields.includes(companyField)) {
      // A person's copy may leave out which company a row is of.
      const type = catalog.columns.get(one.collection.name)?.get(companyField)?.type;
      await client.query(`alter table ${one.stage} add column ${quoted(companyField)} ${type}`);
      one.fields = [...one.fields, companyField];
    }
    const companies = held.filter(isCompany).map(({ childColumns, only }) => ({ column: childColumns[0] ?? "", only }));
    if (companyField) companies.push({ column: companyField, only: undefined });
    for (const { column, only } of companies)
      await client.query(
        `update ${one.stage} s set ${quoted(column)} = ${typed(one, column, "$1")} where ${whenSql(only)}`,
        [self.companyId],
      );
    for (const { childColumns, many, only } of held.filter(isSelf)) {
      const column = childColumns[0] ?? "";
      const name = quoted(column);
      if (many)
        await client.query(
          `update ${one.stage} s set ${name} = case when $1 = any(${name}::text[]) then ${typed(one, column, "array[$2]::text[]")} else '{}' end
           where ${name} is not null and ${whenSql(only)}`,
          [there, self.userId],
        );
      else
        await client.query(
          `update ${one.stage} s set ${name} = ${typed(one, column, "$2")} where ${name}::text = $1 and ${whenSql(only)}`,
          [there, self.userId],
        );
    }
  }

  const left = new Map<string, number>();
  const stays = here && !home.person.company ? [{ collection: people.collection.name, why: "account", count: 1 }] : [];
  for (let removed = -1; removed !== 0; ) {
    removed = 0;
    for (const { one, held } of links) {
      const gone = await cut(client, one, held);
      if (gone > 0) left.set(one.collection.name, (left.get(one.collection.name) ?? 0) + gone);
      removed += gone;
    }
  }
  return {
    placed,
    left: [...stays, ...[...left].map(([collection, count]) => ({ collection, why: "not-yours", count }))],
  };

  /** Takes off what names anybody else, and removes rows that cannot be without it or that nothing ties to the person. */
  async function cut(of: pg.Client, one: Staged, held: readonly Reference[]): Promise<number> {
    const columns = catalog.columns.get(one.collection.name);
    const values = [self.userId, address];
    const ties: string[] = [];
    let gone = 0;
    const off = async (names: readonly string[], foreign: string) => {
      const free = names.filter((name) => !columns?.get(name)?.required && !one.collection.primaryKey.includes(name));
      const sql =
        free.length > 0
          ? `update ${one.stage} s set ${free.map((name) => `${quoted(name)} = null`).join(", ")} where ${foreign}`
          : `delete from ${one.stage} s where ${foreign}`;
      const { rowCount } = await of.query(`with given as (select $1::text, $2::text) ${sql}`, values);
      if (free.length === 0) gone += rowCount ?? 0;
    };
    for (const reference of held) {
      const { childColumns, parent, parentColumns, many, only } = reference;
      const when = whenSql(only);
      const set = [when, ...childColumns.map((column) => `s.${quoted(column)} is not null`)].join(" and ");
      const among = others.find(({ collection }) => collection.name === parent.name);
      if (isSelf(reference)) {
        if (many) continue;
        const own = `s.${quoted(childColumns[0] ?? "")}::text = $1`;
        ties.push(`(${when} and coalesce(${own}, false))`);
        await off(childColumns, `${set} and not ${own}`);
      } else if (among && many) {
        const name = quoted(childColumns[0] ?? "");
        const key = `k.${quoted(parentColumns[0] ?? "")}::text`;
        await of.query(
          `update ${one.stage} s set ${name} = array(select e from unnest(s.${name}) e where exists (select 1 from ${among.stage} k where ${key} = e::text))
           where ${set}`,
        );
      } else if (among) {
        const same = childColumns
          .map((column, at) => `k.${quoted(parentColumns[at] ?? "")}::text = s.${quoted(column)}::text`)
          .join(" and ");
        const exists = `exists (select 1 from ${among.stage} k where ${same})`;
        ties.push(`(${set} and ${exists})`);
        await off(childColumns, `${set} and not ${exists}`);
      } else if (!isCompany(reference)) await off(childColumns, set);
    }
    for (const field of one.collection.fields) {
      if (!field.identity || !field.enter || !one.fields.includes(field.name)) continue;
      const value = `s.${quoted(field.name)}::text`;
      const own = [
        field.identity === "email" ? `lower(${value}) = $2` : "false",
        ...others.flatMap(({ collection, stage, fields }) =>
          collection.fields
            .filter(({ identity, follow, name }) => identity === field.identity && follow && fields.includes(name))
            .map(({ name }) => `exists (select 1 from ${stage} k where k.${quoted(name)}::text = ${value})`),
        ),
      ].join(" or ");
      ties.push(`coalesce(${own}, false)`);
      await off([field.name], `${value} is not null and not coalesce(${own}, false)`);
    }
    const untied = ties.length > 0 ? `not (${ties.join(" or ")})` : "true";
    const { rowCount } = await of.query(
      `with given as (select $1::text, $2::text) delete from ${one.stage} s where ${untied}`,
      values,
    );
    return gone + (rowCount ?? 0);
  }
}
