import type pg from "pg";
import { conditionSql, quoted, tableName } from "../data-map/identifiers";
import { fieldOf } from "../data-map/named";
import { anyEqualSql, equalSql, isOverlap, overlapSql, pairOf } from "../data-map/pairs";
import type { Reference } from "../erasure/references";
import type { Home } from "./plan-intake";
import type { Staged } from "./stage-rows";

/**
 * Whether rows that are here already name a key of the package, though no row of that key is here: what somebody left behind, such as
 * the events of a device that was deleted. Whoever brought that key would have those rows. Foreign keys leave none behind.
 * @returns the collection of such rows; null when there are none
 */
export async function claimedBy(
  client: pg.Client,
  { home, references }: { home: Home; references: readonly Reference[] },
  { collection, stage }: Staged,
): Promise<string | null> {
  const loose = references
    .filter(({ enforced, parent, childCollection }) => !enforced && parent.name === collection.name && childCollection)
    .map(({ child, childCollection, childColumns, parentColumns, many, pairs, only }) => ({
      name: childCollection?.name ?? "",
      table: tableName({ table: child }),
      on: [
        ...pairs.map((pair, at) => {
          const [held, kept] = [`t.${quoted(childColumns[at] ?? "")}`, `s.${quoted(parentColumns[at] ?? "")}`];
          if (!many) return equalSql(pair, held, kept);
          // A list's index knows `&&`.
          return isOverlap(pair) ? overlapSql(pair, held, `array[${kept}]`) : anyEqualSql(pair, held, kept);
        }),
        ...(only ? [conditionSql("t", only)] : []),
      ],
    }));
  const companies = home.company?.collection === collection.name ? home.company : null;
  const accounts = home.collections.flatMap((one) =>
    companies && one.companyField && one.name !== collection.name
      ? [
          {
            name: one.name,
            table: tableName(one),
            on: [
              equalSql(
                pairOf(fieldOf(one, one.companyField), fieldOf(collection, companies.id)),
                `t.${quoted(one.companyField)}`,
                `s.${quoted(companies.id)}`,
              ),
            ],
          },
        ]
      : [],
  );
  for (const { name, table, on } of [...loose, ...accounts]) {
    const { rows } = await client.query<{ there: boolean }>(
      `select exists (select 1 from ${stage} s join ${table} t on ${on.join(" and ")}) as there`,
    );
    if (rows[0]?.there) return name;
  }
  return null;
}
