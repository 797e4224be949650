import type { Anonymiser, Collection, Field, System } from "../data-map/types";
import { anonymised, isToken, plainValue } from "./anonymise";
import { type Catalog, type Column, canBeEmpty } from "./catalog";
import { isFixed, stubKeeps } from "./conditions";
import { heldColumns, keptColumns, keysHeld, type Reference, referencesOf } from "./references";

/**
 * Columns that no two rows may hold the same in, and of which an erasure would make the same or nothing: one problem each. A run does
 * not ask: whether rows really meet only they can say, and then the database refuses.
 */
export function valuesMeeting(system: System, catalog: Catalog): string[] {
  const references = referencesOf(system, catalog);
  return system.collections
    .filter(({ name }) => !catalog.views.has(name))
    .flatMap((collection) =>
      collection.fields.flatMap((field) => {
        const column = catalog.columns.get(collection.name)?.get(field.name);
        if (!column?.unique || isFixed(collection, field.name, column)) return [];
        const problem = field.erasure
          ? alike(field, column)
          : mayBeEmptied(collection, references) &&
            !isLink(collection, field, references, catalog) &&
            left(field, column);
        return problem ? [`${system.name}.${collection.name}.${field.name}: ${problem}`] : [];
      }),
    );
}

/**
 * Columns of which an emptied row keeps what they say, since no plainer value of their type is known: one problem each. Not of an enum,
 * whose words are the platform's own and nobody's.
 */
export function valuesStaying(system: System, catalog: Catalog): string[] {
  const references = referencesOf(system, catalog);
  return system.collections
    .filter((collection) => !catalog.views.has(collection.name) && mayBeEmptied(collection, references))
    .flatMap((collection) =>
      collection.fields.flatMap((field) => {
        const { name, erasure } = field;
        const column = catalog.columns.get(collection.name)?.get(name);
        // Of what no two rows may hold the same, `valuesMeeting` speaks.
        if (!column || column.unique || erasure || column.base === "enum" || plainValue(name, column) !== null)
          return [];
        if (isFixed(collection, name, column) || isLink(collection, field, references, catalog)) return [];
        return [
          `${system.name}.${collection.name}.${name}: stays as it is in an emptied row, since no plain value of type ${column.type} is known; say what becomes of it (\`erasure: { fixed: ... }\`), or \`keep\``,
        ];
      }),
    );
}

function alike({ erasure }: Field, column: Column): string | null {
  if (erasure?.action !== "anonymise") return null;
  const { by } = erasure;
  const isAlike = by === "clear" ? column.nullsAlike === true : !isToken(by) && !(column.disjoint && isEmptyRange(by));
  const how = `\`erasure: ${typeof by === "string" ? by : JSON.stringify(by)}\``;
  const apart = column.disjoint
    ? `\`{ fixed: ${column.base === "range" ? "empty" : '"{}"'} }\` overlaps nothing`
    : "a token or a hash stays apart";
  return isAlike ? `${how} may make two rows alike where the database forbids it; ${apart}, \`keep\` leaves it` : null;
}

const isEmptyRange = (by: Anonymiser): boolean =>
  typeof by === "object" && "fixed" in by && /^(empty|\{\})$/i.test(by.fixed.trim());

/** Nothing is known that would stay apart. */
const left = ({ name }: Field, column: Column): string | null =>
  canBeEmpty(column) || column.disjoint || anonymised("token", name, column) !== null
    ? null
    : "stays in an emptied row, since no two rows may hold the same there; say what becomes of it (`erasure`)";

export const mayBeEmptied = (collection: Collection, references: readonly Reference[]): boolean =>
  Object.values(collection.erasure).some(({ action }) => action === "delete") &&
  references.some(({ parent }) => parent === collection);

/** Whether rows point at others by it, of whatever table, or are pointed at; or it says that they do. */
export const isLink = (
  collection: Collection,
  { name }: Field,
  references: readonly Reference[],
  catalog: Catalog,
): boolean =>
  keysHeld(collection, catalog).some((key) => heldColumns(key).includes(name)) ||
  references.some(
    (reference) =>
      (reference.childCollection === collection &&
        (heldColumns(reference).includes(name) ||
          (reference.only?.field === name && stubKeeps({ catalog, plan: { scope: "person" } }, reference)))) ||
      (reference.parent === collection && keptColumns(reference).includes(name)),
  );
