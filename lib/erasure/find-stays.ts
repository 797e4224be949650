import type pg from "pg";
import type { Node } from "../data-map/compile";
import { quoted } from "../data-map/identifiers";
import { bothLeading } from "../data-map/leading";
import {
  all,
  any,
  deletable,
  isFixed,
  leads,
  no,
  not,
  ruleOf,
  storedNodes,
  tableOf,
  type World,
  ways,
} from "./conditions";
import { pointing, pointsAt } from "./pointing";
import { childRows, deletionOrder, keptColumns, knownColumns, type Reference } from "./references";
import { placeSql, type RowSet } from "./row-sets";

/** The values, as text, by which rows that stay know the rows that hold them in these columns. */
type Known = {
  columns: string[];
  /** The columns on which these depend. */
  from: string[];
  table: string;
  any: boolean;
};

/**
 * Finds rows that would go but that a row which stays points at; then what they point at in turn. In rows that stay anyway, a column by
 * which others that stay know them leads on (`World.leading`): it stays as it is, and where it is a link, so does what that leads to.
 * @param rowsOf makes the set of those rows of a collection
 */
export async function findStays(
  client: pg.ClientBase,
  world: World,
  rowsOf: (node: Node) => Promise<RowSet>,
): Promise<void> {
  await findLeading(client, world, rowsOf);
  const relevant = relevantTo(world);
  const known = await knownBy(client, world, relevant);
  const waiting = new Set(relevant);
  const whole = new Set<Node>();
  while (waiting.size > 0) {
    const [reference] = waiting;
    if (!reference) break;
    waiting.delete(reference);
    const parent = parentOf(world, reference);
    if (!parent) continue;
    const stay = await addStaying(client, world, reference, { parent, whole, rowsOf });
    const keep = await addKnown(client, world, reference, { parent, known: known.get(reference) });
    if (stay || keep) for (const next of relevant) if (next.childCollection === reference.parent) waiting.add(next);
  }
}

/** What something is found by that is kept stays as well, though it points at nothing. */
async function findLeading(client: pg.ClientBase, world: World, rowsOf: (node: Node) => Promise<RowSet>) {
  for (const node of storedNodes(world)) {
    const going = all(deletable(world, node, "p"), leads(world, node, "p"));
    if (going === no) continue;
    const rows = await rowsOf(node);
    const { rowCount } = await client.query(
      `insert into pg_temp.${rows.table} select ${placeSql(rows, "p")} from ${tableOf(node)} p where ${going}`,
    );
    if (rowCount) world.stays.set(node, rows);
  }
}

const parentOf = (world: World, { parent }: Reference): Node | undefined =>
  storedNodes(world).find(({ collection }) => collection === parent);

/** Of one parent, first what stays by its rule: often nothing is left to ask about the rest, which may be far more rows. */
function relevantTo(world: World): Reference[] {
  const { plan, references, catalog } = world;
  const order = deletionOrder(
    plan.nodes.map(({ collection }) => collection),
    references,
  ).flat();
  const rank = ({ parent }: Reference) => order.indexOf(parent);
  const goes = ({ childCollection }: Reference) => {
    const child = storedNodes(world).find(({ collection }) => collection === childCollection);
    return child !== undefined && ruleOf(world, child).action === "delete";
  };
  return references
    .filter((reference) => {
      const parent = parentOf(world, reference);
      if (reference.childCollection && catalog.views.has(reference.childCollection.name)) return false;
      return parent && (ruleOf(world, parent).action === "delete" || mayChange(world, reference));
    })
    .toSorted((a, b) => rank(a) - rank(b) || Number(goes(a)) - Number(goes(b)));
}

/** Whether rows are known by something else than a key that never changes. */
export const mayChange = ({ catalog }: Pick<World, "catalog">, reference: Reference): boolean =>
  knownColumns(reference, catalog).some((name) => {
    const column = catalog.columns.get(reference.parent.name)?.get(name);
    return column !== undefined && !isFixed(reference.parent, name, column);
  });

async function knownBy(
  client: pg.ClientBase,
  world: World,
  references: readonly Reference[],
): Promise<Map<Reference, Known>> {
  const found = new Map<Reference, Known>();
  for (const reference of references.filter((one) => mayChange(world, one))) {
    const columns = keptColumns(reference);
    const table = `tc_known_${found.size}`;
    const cells = columns.map((_, at) => `c${at + 1}`);
    await client.query(
      `create temporary table ${table} (${cells.map((cell) => `${cell} text collate "C"`).join(", ")});
       create index on pg_temp.${table} (${cells.join(", ")})`,
    );
    world.asides.add(table);
    found.set(reference, { columns, from: knownColumns(reference, world.catalog), table, any: false });
  }
  world.leading = bothLeading(world.leading, (collection, row) =>
    [...found]
      .filter(([{ parent }, known]) => parent === collection && known.any)
      .map(([, known]) => ({ columns: known.from, where: isKnown(known, row) })),
  );
  return found;
}

const isKnown = ({ columns, table }: Known, row: string): string =>
  `exists (select 1 from pg_temp.${table} v where ${columns.map((name, at) => `v.c${at + 1} = ${row}.${quoted(name)}::text collate "C"`).join(" and ")})`;

type Goal = { parent: Node; whole: Set<Node>; rowsOf: (node: Node) => Promise<RowSet> };

async function addStaying(
  client: pg.ClientBase,
  world: World,
  reference: Reference,
  { parent, whole, rowsOf }: Goal,
): Promise<boolean> {
  if (ruleOf(world, parent).action !== "delete" || whole.has(parent)) return false;
  if (world.stays.has(parent) && !(await isAnyLeft(client, world, parent))) {
    whole.add(parent);
    return false;
  }
  const rows = await rowsOf(parent);
  const { rowCount } = await client.query(
    `insert into pg_temp.${rows.table} select ${placeSql(rows, "p")} from ${tableOf(parent)} p
     where (${deletable(world, parent, "p")}) and ${isPointedAt(world, reference)}`,
  );
  if (rowCount) world.stays.set(parent, rows);
  return Boolean(rowCount);
}

async function addKnown(
  client: pg.ClientBase,
  world: World,
  reference: Reference,
  { parent, known }: { parent: Node; known: Known | undefined },
): Promise<boolean> {
  if (!known) return false;
  const values = known.columns.map((name) => `p.${quoted(name)}::text`);
  const { rowCount } = await client.query(
    `insert into pg_temp.${known.table} select distinct ${values.join(", ")} from ${tableOf(parent)} p
     where (${any(ways(world, parent, "p"))}) and ${not(deletable(world, parent, "p"))}
       and ${isPointedAt(world, reference)} and not ${isKnown(known, "p")}`,
  );
  if (rowCount) known.any = true;
  return Boolean(rowCount);
}

/** The condition that a row which stays points at row `p`. */
const isPointedAt = (world: World, reference: Reference): string =>
  `exists (select 1 from ${childRows(reference)} t where ${pointsAt(reference)} and ${pointing(world, reference)})`;

/** Whether any row of a collection would still go. */
async function isAnyLeft(client: pg.ClientBase, world: World, node: Node): Promise<boolean> {
  const { rows } = await client.query(`select 1 from ${tableOf(node)} p where ${deletable(world, node, "p")} limit 1`);
  return rows.length > 0;
}
