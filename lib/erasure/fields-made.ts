import type { Node } from "../data-map/compile";
import { countsFrom } from "../data-map/counts-from";
import { quoted } from "../data-map/identifiers";
import { isMomentSql } from "../data-map/moment";
import type { Anonymiser, Collection, Field } from "../data-map/types";
import { anonymised, isMade, isPlain, plainValue, ruleInWords } from "./anonymise";
import { type Column, canBeEmpty, ErasureRefused } from "./catalog";
import { all, any, fieldsChange, isOwnField, leads, no, not, type World } from "./conditions";
import { stubKeeps } from "./pointing";
import { heldColumns, keysHeld, type Link } from "./references";

/** What becomes of a column of row `t`, so that done twice is done once. */
export type Made = {
  value: string;
  /** The same for a value that leads to the person though it looks made, such as an address that an earlier pass gave. */
  anew: string;
  /** The condition that it has not become so yet. */
  isOpen: string;
  /** A trigger overwrites what is made, so the column never tells that it was. */
  stamped: boolean;
};

/** Rows in which any of these is still to be made; where all that there are is overwritten each time, it is made each time. */
export function anyOpen(made: ReadonlyMap<string, Made>): string {
  const telling = [...made.values()].filter(({ stamped }) => !stamped);
  return any((telling.length > 0 ? telling : [...made.values()]).map(({ isOpen }) => isOpen));
}

export const valuesOf = (made: ReadonlyMap<string, Made>): Map<string, string> =>
  new Map([...made].map(([name, { value }]) => [name, value]));

/** What the map makes of fields in the person's own rows. */
export function fieldsMade(world: World, node: Node): Map<string, Made> {
  const made = new Map<string, Made>();
  if (!fieldsChange(world, node)) return made;
  for (const { name, erasure } of node.collection.fields) {
    const column = world.catalog.columns.get(node.collection.name)?.get(name);
    if (column && erasure?.action === "anonymise" && isOwnField(world, node, name))
      made.set(name, unlessLeading(world, node, name, madeBy(world, node, name, erasure.by, column)));
  }
  return made;
}

/** What becomes of fields in rows that have to stay empty. `stays`: columns of which no plainer value is known. */
export function stubMade(world: World, node: Node): { made: Map<string, Made>; stays: string[] } {
  const made = new Map<string, Made>();
  const stays: string[] = [];
  for (const field of node.collection.fields) {
    const { name, erasure } = field;
    const column = world.catalog.columns.get(node.collection.name)?.get(name);
    if (!column || !isOwnField(world, node, name) || erasure?.action === "keep" || isTied(world, node, field)) continue;
    if (erasure) made.set(name, unlessLeading(world, node, name, madeBy(world, node, name, erasure.by, column)));
    else if (isAge(node.collection, name)) {
      const month = monthOf(node.collection, name, column);
      if (month) made.set(name, unlessLeading(world, node, name, month));
    } else {
      const value = world.apart.get(node)?.get(name) ?? plainValue(name, column);
      if (value === null) stays.push(name);
      else made.set(name, unlessLeading(world, node, name, closed(name, value, isPlain(name, column), column)));
    }
  }
  return { made, stays };
}

/** Whether a row goes by this time: an emptied one too, once nothing needs it any more. */
export const isAge = ({ retention, since }: Collection, name: string): boolean =>
  since === name && countsFrom(retention) === "creation";

/** The month of a row's age; null where it is in no form of which a month is known, or no two rows may hold the same: then it stays. */
function monthOf(collection: Collection, name: string, column: Column): Made | null {
  const month = column.unique ? null : anonymised("month", name, column);
  if (month === null) return null;
  // What stands for none stays none.
  const value = `case when ${isMomentSql(collection, name, "t")} then ${month} else t.${quoted(name)} end`;
  return closed(name, value, `t.${quoted(name)} is not distinct from ${value}`, column);
}

function madeBy(world: World, node: Node, name: string, by: Anonymiser, column: Column): Made {
  const value = world.apart.get(node)?.get(name) ?? anonymised(by, name, column);
  if (value !== null) return closed(name, value, isMade(by, name, column), column);
  throw new ErasureRefused(
    `${node.collection.name}.${name}: ${ruleInWords(by)} cannot be done to a ${column.required ? "required " : ""}column of type ${column.type}`,
  );
}

/** A column by which something is found that is kept for now stays as it is in those rows. */
function unlessLeading(world: World, node: Node, name: string, made: Made): Made {
  const kept = leads(world, node, "t", [name]);
  if (kept === no) return made;
  const unless = (value: string) => `case when ${kept} then t.${quoted(name)} else ${value} end`;
  return { ...made, value: unless(made.value), anew: unless(made.anew), isOpen: all(made.isOpen, not(kept)) };
}

/** @param done the condition that it is so already; null when that cannot be told */
function closed(name: string, value: string, done: string | null, column: Column): Made {
  const stamped = column.stamped === true;
  if (done === null) return { value, anew: value, isOpen: "true", stamped };
  return {
    stamped,
    value: `case when ${done} then t.${quoted(name)} else ${value} end`,
    anew: value,
    isOpen: not(done),
  };
}

/** A link that cannot be empty, with what says whether it is one. */
function isTied(world: World, { collection }: Node, { name, erasure }: Field): boolean {
  const column = world.catalog.columns.get(collection.name)?.get(name);
  const isHeld = (link: Link) =>
    heldColumns(link).includes(name) &&
    ((column && !canBeEmpty(column) && !link.many) || (link.full && stubKeeps(world, link)));
  // Nothing goes from a table that is no collection: the map may say another value, such as the row of an unknown town.
  if (!erasure && keysHeld(collection, world.catalog).some(isHeld)) return true;
  return world.references.some((reference) => {
    if (reference.childCollection !== collection) return false;
    return isHeld(reference) || (reference.only?.field === name && stubKeeps(world, reference));
  });
}
