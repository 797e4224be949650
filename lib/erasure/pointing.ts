import type { Node, Plan } from "../data-map/compile";
import { conditionSql, literal, quoted } from "../data-map/identifiers";
import { fieldOf } from "../data-map/named";
import { anyEqualSql, equalSql } from "../data-map/pairs";
import { isMade, isToken } from "./anonymise";
import {
  all,
  any,
  canLose,
  cuts,
  deletable,
  isCompanyOf,
  isOwnField,
  leads,
  liveEntries,
  losing,
  no,
  not,
  retained,
  type World,
} from "./conditions";
import { heldColumns, type Link, type Reference } from "./references";
import { memberOf } from "./row-sets";

// Which rows go on pointing at others, whatever becomes of them.

/** Rows `t` of the child that stay and go on pointing at the parent. */
export function pointing(world: World, reference: Reference): string {
  const { childCollection } = reference;
  const node = world.plan.nodes.find(({ collection }) => collection === childCollection);
  if (!node) return "true";
  const cutting = liveEntries(world, node).filter((entry) =>
    reference.childColumns.some((column) => cuts(world, node, entry).has(column)),
  );
  const { lost, where } = lostByRule(world, node, reference);
  const stub = stubKeeps(world, reference) ? null : not(memberOf(world.stays.get(node), "t"));
  // A link by which something is found that is kept stays, whatever becomes of the row.
  const unlessKept = (condition: string | null, names: readonly string[]) =>
    condition && any([condition, all(...names.map((name) => leads(world, node, "t", [name])))]);
  return all(
    not(deletable(world, node)),
    cutting.length > 0 ? not(losing(world, node, cutting)) : null,
    unlessKept(lost.length > 0 ? not(all(retained(world, node), where)) : null, lost),
    unlessKept(stub, lostInStub(world, reference)),
  );
}

/**
 * The columns of a reference that the map changes in rows that are kept or made anonymous; and the condition that such a row then points
 * at row `p` no more: where one is emptied or becomes a token, and where one becomes what the map fixes, such as the row of a deleted
 * user, unless `p` is that row.
 */
function lostByRule(world: World, node: Node, reference: Reference): { lost: string[]; where: string | null } {
  const emptied: string[] = [];
  const made = new Map<string, string>();
  for (const name of heldColumns(reference)) {
    const rule = fieldOf(node.collection, name)?.erasure;
    const column = world.catalog.columns.get(node.collection.name)?.get(name);
    if (!column || rule?.action !== "anonymise" || !isOwnField(world, node, name)) continue;
    const { by } = rule;
    if (by === "clear" && !column.required) emptied.push(name);
    else if (isToken(by)) made.set(name, `case when ${isMade(by, name, column) ?? no} then t.${quoted(name)} end`);
    else if (typeof by === "object" && "fixed" in by) made.set(name, `${literal(by.fixed)}::${column.type}`);
  }
  if (emptied.length > 0) return { lost: emptied, where: null };
  const then = sameKey(reference, (column) => made.get(column) ?? `t.${quoted(column)}`);
  return { lost: [...made.keys()], where: not(then) };
}

/** What the plainest stub of a row follows from. */
type Stubs = Pick<World, "catalog"> & { plan: Pick<Plan, "scope"> };

/** The columns of a reference that the plainest stub of a row is without. */
function lostInStub({ catalog, plan }: Stubs, reference: Link): string[] {
  const { childCollection, many } = reference;
  if (!childCollection) return [];
  const isCompany = (name: string) => plan.scope === "company" && isCompanyOf(childCollection, name);
  return heldColumns(reference).filter((name) => canLose(catalog, childCollection, name, many) && !isCompany(name));
}

/** Whether the plainest stub of a row would still hold this reference. */
export function stubKeeps(stubs: Stubs, reference: Link): boolean {
  const lost = lostInStub(stubs, reference);
  return lost.length === 0 || (reference.full === true && lost.length < heldColumns(reference).length);
}

/** The condition that row `t` of the child points at row `p` of the parent. */
export function pointsAt(reference: Reference): string {
  const { period, only } = reference;
  const conditions = [sameKey(reference, (column) => `t.${quoted(column)}`)];
  if (period) conditions.push(`t.${quoted(period.child)} && p.${quoted(period.parent)}`);
  if (only) conditions.push(conditionSql("t", only));
  return conditions.join(" and ");
}

/** The condition that row `p` of the parent is the one that these values of the child's columns lead to. @param held SQL of each */
export function sameKey(
  { childColumns, parentColumns, pairs, many }: Reference,
  held: (column: string, at: number) => string,
): string {
  const conditions = pairs.map((pair, at) => {
    const [value, key] = [held(childColumns[at] ?? "", at), `p.${quoted(parentColumns[at] ?? "")}`];
    return (many ? anyEqualSql : equalSql)(pair, value, key);
  });
  return conditions.join(" and ");
}
