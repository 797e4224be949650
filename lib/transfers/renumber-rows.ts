import type pg from "pg";
import { conditionSql, quoted, relationOf, tableName } from "../data-map/identifiers";
import type { Catalog } from "../erasure/catalog";
import type { Reference } from "../erasure/references";
import { claimedBy } from "./claimed-by";
import type { Home } from "./plan-intake";
import { ImportRefused, type Staged } from "./stage-rows";

const numbers = new Set(["smallint", "integer", "bigint"]);

/**
 * Makes the keys of a package free here. Ids that are drawn at random (uuid) are kept, and one that is taken refuses the whole
 * package, as does one that rows here still name. Counted ids (integers) mean nothing outside of the sender's database: they are kept where all of them are free and the
 * table counts by no sequence, and counted anew otherwise, everywhere in the package alike.
 * @throws ImportRefused
 */
export async function renumberRows(
  client: pg.Client,
  staged: readonly Staged[],
  { home, references, catalog }: { home: Home; references: readonly Reference[]; catalog: Catalog },
): Promise<void> {
  const moved: Moved = new Map();
  for (const [at, one] of staged.entries()) {
    const { collection, stage } = one;
    const column = counted(one, references, catalog);
    const same = collection.primaryKey.map((key) => `s.${quoted(key)} = t.${quoted(key)}`).join(" and ");
    const { rows } = await client.query<{ taken: boolean; sequence: string | null }>(
      `select exists (select 1 from ${stage} s join ${tableName(collection)} t on ${same}) as taken,
              ${column ? "pg_get_serial_sequence($1, $2)" : "null"} as sequence`,
      column ? [relationOf(collection), column] : [],
    );
    const { taken = false, sequence = null } = rows[0] ?? {};
    const claimed = taken ? null : await claimedBy(client, { home, references }, one);
    if (!column) {
      if (taken) throw new ImportRefused("taken", collection.name);
      if (claimed) throw new ImportRefused("claimed", claimed);
      continue;
    }
    if (!taken && !claimed && !sequence) continue;
    const key = quoted(column);
    const next = sequence
      ? "nextval($1::regclass)"
      : `(select greatest(coalesce(max(${key}), 0), (select max(${key}) from ${stage})) from ${tableName(collection)}) + row_number() over (order by old)`;
    const map = `pg_temp.renumbered_${at}`;
    await client.query(
      `create temporary table renumbered_${at} (old bigint primary key, fresh bigint not null) on commit drop`,
    );
    await client.query(
      `insert into ${map} select old, ${next} from (select distinct ${key} as old from ${stage}) o`,
      sequence ? [sequence] : [],
    );
    await move(client, stage, column, map, moved, { many: false });
    if (home.company?.collection === collection.name && home.company.id === column)
      for (const { collection: other, stage: rows, fields } of staged)
        if (other.companyField && other !== collection && fields.includes(other.companyField))
          await move(client, rows, other.companyField, map, moved, { many: false });
    for (const { childCollection, childColumns, parent, parentColumns, many, only } of references) {
      const child = staged.find((other) => other.collection === childCollection);
      const held = childColumns[parentColumns.indexOf(column)];
      if (parent === collection && child && held && child.fields.includes(held))
        await move(client, child.stage, held, map, moved, { many, when: only ? conditionSql("s", only) : "true" });
    }
  }
}

/** The integer column of a table's key that is its own, and not another row's. */
function counted({ collection }: Staged, references: readonly Reference[], catalog: Catalog): string | undefined {
  const columns = catalog.columns.get(collection.name);
  return collection.primaryKey.find(
    (key) =>
      numbers.has(columns?.get(key)?.base ?? "") &&
      !references.some(
        ({ enforced, childCollection, childColumns }) =>
          enforced && childCollection === collection && childColumns.includes(key),
      ),
  );
}

/** By column, the conditions on its rows that were seen to. */
type Moved = Map<string, string[]>;

/** Each row's column once: two links over one column are one link, but where each is one in other rows (`if` of the map). */
async function move(
  client: pg.Client,
  stage: string,
  column: string,
  map: string,
  moved: Moved,
  { many, when = "true" }: { many: boolean; when?: string },
): Promise<void> {
  const before = moved.get(`${stage}.${column}`) ?? [];
  if (before.includes("true") || before.includes(when)) return;
  moved.set(`${stage}.${column}`, [...before, when]);
  const rows = [when, ...before.map((one) => `not (${one})`)].join(" and ");
  const name = quoted(column);
  await client.query(
    many
      ? `update ${stage} s set ${name} = (select array_agg(coalesce(m.fresh, e) order by at)
           from unnest(s.${name}) with ordinality u (e, at) left join ${map} m on m.old = e)
         where ${rows} and exists (select 1 from unnest(s.${name}) e join ${map} m on m.old = e)`
      : `update ${stage} s set ${name} = m.fresh from ${map} m where m.old = s.${name} and ${rows}`,
  );
}
