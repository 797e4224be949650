import { type Entry, type Feeder, holdsMany, type Node, type Plan, type Source } from "./compile";
import { isEmptySql, isSetSql } from "./empty";
import { exportedFields } from "./exported";
import { conditionSql, quoted, tableName } from "./identifiers";
import { countedIfAnySql, isTime } from "./moment";
import { fieldOf } from "./named";
import { isZeroSql, leadsSql } from "./none";
import { anyEqualSql, equalSql, inForm, isOverlap, overlapSql } from "./pairs";
import { isText } from "./type-families";

// The SQL of a plan. Identifiers come quoted from the map; values only ever lie in temporary
// tables, into which they went as bind parameters (S21).

/** How many values each source holds now; a missing one holds none. */
export type Sizes = ReadonlyMap<Source, number>;

const valueColumns = ({ width }: Source) => Array.from({ length: width }, (_, at) => `c${at + 1}`);
export const temporary = (source: Source): string => `pg_temp.${quoted(source.table)}`;

/**
 * Makes the temporary tables of a plan, their column types taken from the columns that feed them.
 * @param lasting they stay for as long as the session, instead of the transaction
 */
export function scratchSql({ sources }: Plan, lasting = false): string {
  return sources
    .map((source) => {
      const feeder = source.feeders[0];
      const from = feeder ? `${tableName(feeder.node.collection)} t` : "(select null::text as c1) t";
      const values = feeder ? feederValues(source, feeder) : ["t.c1"];
      const columns = valueColumns(source).map((column, at) => `${values[at]} as ${column}`);
      return `create temporary table ${quoted(source.table)} ${lasting ? "" : "on commit drop"} as
        select ${columns.join(", ")}, 0 as step from ${from} with no data`;
    })
    .join("; ");
}

/**
 * What a row puts into a source; identities are text, addresses in lower case. Words are compared by the collation of the column that
 * is asked whether it holds them: of two collations of columns' own the database would not know which to take, and the default one,
 * once it is a column's own and not said of a comparison, gives way.
 */
export function feederValues(source: Source, { node, columns }: Pick<Feeder, "node" | "columns">, row = "t"): string[] {
  return columns.map((column) => {
    const value = holdsMany(node, column) ? `unnest(${row}.${quoted(column)})` : `${row}.${quoted(column)}`;
    if (source.identity === "email") return `lower(${value}::text collate "default")`;
    if (source.identity) return `${value}::text collate "default"`;
    return isText(fieldOf(node.collection, column)) ? `${value} collate "default"` : value;
  });
}

/** The step of what is known beforehand; what is found comes later. */
export const seedStep = 1;

/** Puts values known beforehand into a source: `$1` is an array of texts. */
export function seedSql(source: Source): string {
  const value = source.identity === "email" ? "lower(seed)" : "seed";
  return `insert into ${temporary(source)} (c1, step)
    select (jsonb_populate_record(null::${temporary(source)}, jsonb_build_object('c1', ${value}))).c1, ${seedStep}
    from unnest($1::text[]) seed where ${source.identity ? `not ${isZeroSql("seed")}` : "btrim(seed) <> ''"}`;
}

/**
 * Adds to a source what the rows of one node hold that were reached since a step.
 * `$1`: the step, `$2`: the step of the rows added.
 */
export function feedSql(plan: Plan, source: Source, feeder: Feeder, sizes: Sizes): string | null {
  const { node } = feeder;
  const values = feederValues(source, feeder);
  const columns = valueColumns(source);
  const put = columns.map((column, at) => `${values[at]} as ${column}`);
  const branches = waysTo(plan, node, sizes, { by: (entry) => isOwn(plan, entry), since: "$1::int" }).map(
    (way) =>
      `select ${put.join(", ")} from ${tableName(node.collection)} t where ${[way, ...putIf(feeder, "t")].join(" and ")}`,
  );
  if (branches.length === 0) return null;
  const fresh = [...columns.map((column) => `e.${column} is not null`), ...leading(feeder, "e")];
  return `insert into ${temporary(source)} (${columns.join(", ")}, step)
    select distinct ${columns.map((column) => `e.${column}`).join(", ")}, $2::int
    from (${branches.join(" union all ")}) e
    where ${fresh.join(" and ")} and $1::int is not null and not exists (
      select 1 from ${temporary(source)} o where ${columns.map((column) => `o.${column} = e.${column}`).join(" and ")})`;
}

/** The conditions that the values c1, c2, ... of row `row`, which a feeder gave, lead on. */
export const leading = ({ idle }: Feeder, row: string): string[] =>
  idle.flatMap((one, at) => leadsSql(one, `${row}.c${at + 1}`) ?? []);

/** Whether a source holds anything that rows could match. */
export const mayMatch = (source: Source, sizes: Sizes): boolean =>
  source.virtual !== null || (sizes.get(source) ?? 0) > 0;

/** The condition that a row is the company's by its own column; never null under `where`. */
export function companyCondition({ company }: Plan, { companyField, companyPair }: Node, row = "t"): string {
  if (!company || !companyField || !companyPair) throw new Error("a company column needs the company's id");
  const { held, sought } = companyPair;
  return `${inForm(held, `${row}.${quoted(companyField)}`)} = (select ${inForm(sought, "c1")} from ${temporary(company)})`;
}

/**
 * The condition that a row is reached by one entry; null-safe only under `where`.
 * @param since SQL of a step: only what was found after it counts
 * @param row the row's alias
 */
export function entryCondition(
  plan: Plan,
  node: Node,
  entry: Entry,
  sizes: Sizes,
  since?: string | null,
  row = "t",
): string {
  const { source, columns } = entry;
  const empty = heldIf(node, entry, row)
    .map((condition) => ` and ${condition}`)
    .join("");
  const steps = source.virtual ? [] : [since ? `step > ${since}` : "", entry.seedOnly ? `step = ${seedStep}` : ""];
  const newer = steps.filter(Boolean).join(" and ") || "true";
  const [[first = ""], [pair]] = [columns, entry.pairs];
  const isList = holdsMany(node, first);
  // A list's own index knows only lists of the very same type.
  if (pair && isList && isOverlap(pair)) {
    const values = `array(select c1 from ${relation(plan, source, sizes)} v where ${newer})`;
    return `${overlapSql(pair, `${row}.${quoted(first)}`, values)}${empty}`;
  }
  // One value, the common case: a plain comparison that any index serves.
  if (pair && !isList && !source.virtual && columns.length === 1 && sizes.get(source) === 1) {
    const wanted = `(select ${inForm(pair.sought, "c1")} from ${temporary(source)} where ${newer})`;
    return `${inForm(pair.held, `${row}.${quoted(first)}`)} = ${wanted}${empty}`;
  }
  const holds = holdsValues(node, entry, row, "v");
  return `exists (select 1 from ${relation(plan, source, sizes)} v where ${holds} and ${newer})${empty}`;
}

/** The condition that row `row` holds, in the columns of an entry, the values c1, c2, ... that row `values` has of its source. */
export function holdsValues(node: Node, entry: Entry, row: string, values: string): string {
  const conditions = entry.pairs.map((pair, at) => {
    const column = entry.columns[at] ?? "";
    const [held, sought] = [`${row}.${quoted(column)}`, `${values}.c${at + 1}`];
    return (holdsMany(node, column) ? anyEqualSql : equalSql)(pair, held, sought);
  });
  return conditions.join(" and ");
}

/** The conditions that row `row` holds the link of an entry at all. */
export function heldIf(node: Node, { only, ifEmpty }: Pick<Entry, "only" | "ifEmpty">, row: string): string[] {
  const conditions = ifEmpty ? [isEmptySql(node.collection, ifEmpty, row)] : [];
  return only ? [...conditions, conditionSql(row, only)] : conditions;
}

/** The conditions that row `row` of a feeder puts its values into the source at all. */
export const putIf = ({ node, ifSet, only }: Feeder, row: string): string[] => [
  ...(ifSet ? [isSetSql(node.collection, ifSet, row)] : []),
  ...(only ? [conditionSql(row, only)] : []),
];

/** A source as something to select from, with columns c1, c2, ... */
export function relation(plan: Plan, source: Source, sizes: Sizes): string {
  if (!source.virtual) return temporary(source);
  const [feeder] = source.feeders;
  if (!feeder) throw new Error("a subquery needs a feeder");
  const values = feederValues(source, feeder).map((value, at) => `${value} as c${at + 1}`);
  const from = `select ${values.join(", ")} from ${tableName(feeder.node.collection)} t where`;
  const branches = rowBranches(plan, source.virtual, sizes).map(
    ({ where }) => `${from} ${[`(${where})`, ...putIf(feeder, "t")].join(" and ")}`,
  );
  const all = `(${branches.join(" union all ") || `${from} false`})`;
  const leads = leading(feeder, "l");
  return leads.length > 0 ? `(select l.* from ${all} l where ${leads.join(" and ")})` : all;
}

/** Whether a row that is reached so is the person's own, and not one that they share or that names them: of a company all are. */
export const isOwn = ({ scope }: Plan, { role }: Pick<Entry, "role">): boolean =>
  scope === "company" || role === "owner";

/**
 * The ways in which a row is reached, each a condition that an index may serve.
 * @param by which entries count
 * @param since see {@link entryCondition}
 */
export function waysTo(
  plan: Plan,
  node: Node,
  sizes: Sizes,
  { row = "t", by = (_: Entry): boolean => true, since = null as string | null } = {},
): string[] {
  const { company } = plan;
  if (node.companyField) return company && mayMatch(company, sizes) ? [companyCondition(plan, node, row)] : [];
  return node.entries
    .filter((entry) => mayMatch(entry.source, sizes) && by(entry))
    .map((entry) => entryCondition(plan, node, entry, sizes, since, row));
}

/** The condition that any of these holds; null for none. */
export const anyOf = (conditions: readonly string[]): string | null =>
  conditions.map((one) => `(${one})`).join(" or ") || null;

/** The condition that a row is reached, in whatever role; null when none can be. */
export const reachedBy = (plan: Plan, node: Node, sizes: Sizes, row: string): string | null =>
  anyOf(waysTo(plan, node, sizes, { row }));

/** The condition that a row is the person's or company's own; null when none can be. */
export const ownedBy = (plan: Plan, node: Node, sizes: Sizes, row: string): string | null =>
  anyOf(waysTo(plan, node, sizes, { row, by: (entry) => isOwn(plan, entry) }));

type Branch = { where: string; owned: boolean };

/**
 * The reached rows of a node as disjoint branches, the strongest role first: a row that several
 * entries reach stands in the first of them only. Each is a semi-join and anti-joins, which
 * Postgres plans well at any size.
 */
function rowBranches(plan: Plan, node: Node, sizes: Sizes): Branch[] {
  if (node.companyField) return [{ where: companyCondition(plan, node), owned: true }];
  const live = node.entries.filter(({ source }) => mayMatch(source, sizes));
  return live.map((entry, at) => {
    const earlier = live.slice(0, at).map((other) => {
      const condition = entryCondition(plan, node, other, sizes);
      return condition.startsWith("exists") && !other.ifEmpty && !other.only
        ? `not ${condition}`
        : `(${condition}) is not true`;
    });
    const own = entryCondition(plan, node, entry, sizes);
    return { where: [own, ...earlier].join(" and "), owned: isOwn(plan, entry) };
  });
}

/** The exported fields of the reached rows; `own` fields are empty in rows that the person does not own. */
export function rowsSql(plan: Plan, node: Node, sizes: Sizes): string {
  const { collection } = node;
  const fields = exportedFields(collection, plan.scope);
  if (fields.length === 0) throw new Error(`${collection.name} is not exported`);
  const branches = rowBranches(plan, node, sizes).map(({ where, owned }) => {
    const columns = fields.map((field) => {
      const column = `t.${quoted(field.name)}`;
      const hidden = field.export.when === "own" && !owned;
      return hidden ? `case when false then ${column} end as ${quoted(field.name)}` : column;
    });
    return `select ${columns.join(", ")} from ${tableName(collection)} t where ${where}`;
  });
  const none = `select ${fields.map(({ name }) => `t.${quoted(name)}`).join(", ")} from ${tableName(collection)} t where false`;
  return branches.join(" union all ") || none;
}

/** One number: how many rows of a node are reached, exported or not. */
export function countSql(plan: Plan, node: Node, sizes: Sizes): string {
  const branches = rowBranches(plan, node, sizes).map(
    ({ where }) => `select 1 from ${tableName(node.collection)} t where ${where}`,
  );
  return branches.length === 0 ? "select 0::bigint" : `select count(*) from (${branches.join(" union all ")}) r`;
}

/** An array of two texts: how many rows of a node are reached, and from when the oldest of their `since` counts; empty when there is none. */
export function oldestSql(plan: Plan, node: Node, sizes: Sizes): string {
  const { since, fields } = node.collection;
  const hasAge = since !== null && isTime(fields.find(({ name }) => name === since));
  const value = hasAge ? countedIfAnySql(node.collection, since, "t") : "null::timestamptz";
  const branches = rowBranches(plan, node, sizes).map(
    ({ where }) => `select ${value} as since from ${tableName(node.collection)} t where ${where}`,
  );
  if (branches.length === 0) return "select array['0', '']";
  const oldest = "coalesce(min(r.since)::text, '')";
  return `select array[count(*)::text, ${oldest}] from (${branches.join(" union all ")}) r`;
}

/** Brings the planner's knowledge of a source up to date; allowed in a read-only transaction. */
export const analyzeSql = (source: Source): string => `analyze ${temporary(source)}`;
