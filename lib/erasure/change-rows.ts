import type { Entry, Node } from "../data-map/compile";
import { quoted } from "../data-map/identifiers";
import { fieldOf } from "../data-map/named";
import { equalSql } from "../data-map/pairs";
import { relation } from "../data-map/reach-sql";
import { anonymised, plainValue } from "./anonymise";
import { type Column, ErasureRefused } from "./catalog";
import { closed, closing } from "./closing-time";
import {
  all,
  any,
  cuts,
  linkCondition,
  liveEntries,
  not,
  retained,
  ruleOf,
  sparedBy,
  unlinked,
  type World,
} from "./conditions";
import { anyOpen, fieldsMade, stubMade, valuesOf } from "./fields-made";
import { memberOf } from "./row-sets";
import type { Update } from "./update-rows";

/** Cuts the person's links from rows that stay, and makes the fields of their own rows lead to nobody. */
export function cutting(world: World, node: Node): Update[] {
  const own = retained(world, node);
  const fields = fieldsMade(world, node);
  const isCut = ruleOf(world, node).action === "anonymise";
  const ofOwn = isCut ? linksCut(world, node, true) : { values: new Map<string, string>(), matching: [] };
  const both = new Map([...ofOwn.values, ...closed(world, node)]);
  for (const [name, { value, anew }] of fields)
    both.set(name, both.has(name) ? `case when ${any(ofOwn.matching)} then ${anew} else ${value} end` : value);
  const { values, matching } = linksCut(world, node, false);
  return [
    {
      node,
      values: both,
      where: all(own, any([...ofOwn.matching, anyOpen(fields), closing(world, node)])),
      following: undefined,
    },
    {
      ...{ node, values, following: world.others.get(node) },
      where: all(unlinked(world, node), not(own), any(matching)),
    },
  ];
}

/**
 * The columns by which rows lead to the person, without them; and the conditions of rows that have any.
 * @param own of the rows that are the person's alone, or of the others
 */
function linksCut(world: World, node: Node, own: boolean): { values: Map<string, string>; matching: string[] } {
  const { catalog } = world;
  const { collection } = node;
  const values = new Map<string, string>();
  const matching: string[] = [];
  for (const entry of liveEntries(world, node)) {
    const condition = linkCondition(world, node, entry, own);
    const found = cuts(world, node, entry);
    if (found.size > 0) matching.push(condition);
    for (const [name, how] of found) {
      const before = values.get(name) ?? `t.${quoted(name)}`;
      const column = catalog.columns.get(collection.name)?.get(name);
      if (!column) continue;
      const token = () =>
        world.apart.get(node)?.get(name) ??
        asTheMapSays(collection, name, column) ??
        anonymised("token", name, column) ??
        plainValue(name, column);
      const value = how === "clear" ? "null" : how === "remove" ? without(world, entry, before, own) : token();
      if (value === null)
        throw new ErasureRefused(
          `${collection.name}.${name}: a ${column.type} that is required can hold no other value`,
        );
      values.set(name, `case when ${condition} then ${value} else ${before} end`);
    }
  }
  return { values, matching };
}

/** What the map makes of the value where that leads to nobody either, such as a token of the form that a check of the column wants. */
function asTheMapSays(collection: Node["collection"], name: string, column: Column): string | null {
  const rule = fieldOf(collection, name)?.erasure;
  if (rule?.action !== "anonymise") return null;
  const { by } = rule;
  const leadsNowhere = by === "token" || by === "hash" || (typeof by === "object" && ("token" in by || "fixed" in by));
  return leadsNowhere ? anonymised(by, name, column) : null;
}

/** A list without the person's values. */
function without(world: World, entry: Entry, before: string, own: boolean): string {
  const spared = sparedBy(world, entry, own);
  const goes = spared ? ` and not exists (select 1 from pg_temp.${spared} s where s.c1 = v.c1)` : "";
  const [pair] = entry.pairs;
  if (!pair) throw new Error("a link has columns");
  const values = `select 1 from ${relation(world.plan, entry.source, world.sizes)} v where ${equalSql(pair, "u.x", "v.c1")}${goes}`;
  return `array(select u.x from unnest(${before}) with ordinality u(x, n) where not exists (${values}) order by u.n)`;
}

/** Empties rows that have to stay of everything but their keys and the links they cannot be without. */
export function reducing(world: World, node: Node): Update[] {
  const rows = world.stays.get(node);
  if (!rows) return [];
  const { made } = stubMade(world, node);
  const values = new Map([...valuesOf(made), ...closed(world, node)]);
  return [
    { node, values, where: all(memberOf(rows, "t"), any([anyOpen(made), closing(world, node)])), following: rows },
  ];
}
