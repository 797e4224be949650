import { fieldOf } from "../data-map/named";
import type { Anonymiser, Collection, Field } from "../data-map/types";
import { anonymised, isToken, plainValue, ruleInWords } from "./anonymise";
import { type Catalog, type Column, canBeEmpty } from "./catalog";
import { closingColumns, isCompanyOf, isFixed } from "./conditions";
import { stubKeeps } from "./pointing";
import { heldColumns, keysHeld, type Mapped, type Reference } from "./references";

/** A column that an erasure may change, as the check looks at it. */
type Seen = {
  collection: Collection;
  field: Field;
  column: Column;
  /** It holds no link, and its rows may be emptied. */
  emptied: boolean;
};

/** What is to be said of columns that an erasure may change: one problem each, under the column's name. */
export function problemsOf(
  { system, catalog, references }: Mapped,
  find: (seen: Seen) => string | false | null | undefined,
): string[] {
  return system.collections
    .filter(({ name }) => !catalog.views.has(name))
    .flatMap((collection) => {
      const links = mayBeEmptied(collection, references) ? linkColumns(collection, references, catalog) : null;
      return collection.fields.flatMap((field) => {
        const column = catalog.columns.get(collection.name)?.get(field.name);
        if (!column || isFixed(collection, field.name, column)) return [];
        const problem = find({ collection, field, column, emptied: links?.has(field.name) === false });
        return problem ? [`${system.name}.${collection.name}.${field.name}: ${problem}`] : [];
      });
    });
}

/**
 * Columns that no two rows may hold the same in, and of which an erasure would make the same or nothing. A run does not ask: whether
 * rows really meet only they can say, and then the database refuses.
 */
export const valuesMeeting = (mapped: Mapped): string[] =>
  problemsOf(mapped, ({ collection, field, column, emptied }) => {
    if (!column.unique) return broughtIn(mapped, collection, field, column);
    return field.erasure ? alike(field, column) : emptied && left(field, column);
  });

/**
 * Columns of which an emptied row keeps what they say, since no plainer value of their type is known. Not of an enum, whose words are
 * the platform's own and nobody's; of what no two rows may hold the same, {@link valuesMeeting} speaks.
 */
export const valuesStaying = (mapped: Mapped): string[] =>
  problemsOf(
    mapped,
    ({ field: { name, erasure }, column, emptied }) =>
      emptied &&
      !(column.unique || erasure || column.base === "enum" || plainValue(name, column) !== null) &&
      `stays as it is in an emptied row, since ${column.plain === null ? "its checks take no plain value" : `no plain value of type ${column.type} is known`}; say what becomes of it (\`erasure: { fixed: ... }\`), or \`keep\``,
  );

/** Addresses and the like that are keys: no erasure changes a key, so an emptied row goes on saying whose it was. */
export const keysStaying = ({ system, catalog, references }: Mapped): string[] =>
  system.collections
    .filter((collection) => !catalog.views.has(collection.name) && mayBeEmptied(collection, references))
    .flatMap(({ name: collection, primaryKey, fields }) =>
      fields
        .filter(({ name, identity }) => identity || isEmail(system, collection, name))
        .filter(({ name, erasure }) => primaryKey.includes(name) && erasure?.action !== "keep")
        .map(
          ({ name }) =>
            `${system.name}.${collection}.${name}: stays as it is in an emptied row, since it is a key; give the table another one, or say \`keep\``,
        ),
    );

const isEmail = ({ person }: Mapped["system"], collection: string, name: string): boolean =>
  person?.collection === collection && person.email === name;

/** What a rule makes of two rows may be the same. */
const meets = (by: Anonymiser, column: Column): boolean =>
  by === "clear" ? column.nullsAlike === true : !isToken(by) && !(column.disjoint && isEmptyRange(by));

function alike({ erasure }: Field, column: Column): string | null {
  if (erasure?.action !== "anonymise") return null;
  const { by } = erasure;
  const isAlike = meets(by, column);
  const how = ruleInWords(by);
  const apart = column.disjoint
    ? `\`{ fixed: ${column.base === "range" ? "empty" : '"{}"'} }\` overlaps nothing`
    : "a token or a hash stays apart";
  return isAlike ? `${how} may make two rows alike where the database forbids it; ${apart}, \`keep\` leaves it` : null;
}

const isEmptyRange = (by: Anonymiser): boolean =>
  typeof by === "object" && "fixed" in by && /^(empty|\{\})$/i.test(by.fixed.trim());

/** Nothing is known that would stay apart. */
const left = ({ name }: Pick<Field, "name">, column: Column): string | null =>
  canBeEmpty(column) || column.disjoint || anonymised("token", name, column) !== null
    ? null
    : "stays in an emptied row, since no two rows may hold the same there; say what becomes of it (`erasure`)";

/**
 * A column that says in which rows others are kept apart (`where` of an index): another value there may bring a row among them, where
 * it meets another one, unless one of the columns that are kept apart becomes something of its own in the same rows.
 */
function broughtIn(
  { system, catalog, references }: Mapped,
  collection: Collection,
  { name, erasure }: Field,
  column: Column,
): string | null {
  const staysAsItIs = (one: string) => closingColumns(system, collection).includes(one) || isCompanyOf(collection, one);
  if (!column.picks || erasure?.action === "keep" || staysAsItIs(name)) return null;
  const emptied = mayBeEmptied(collection, references);
  const links = linkColumns(collection, references, catalog);
  const isTied = (one: string) => links.has(one);
  const changes = erasure
    ? { emptied, own: Object.values(collection.erasure).some(({ action }) => action !== "delete") }
    : { emptied: emptied && !isTied(name) && plainValue(name, column) !== null, own: false };
  const isOwnValue = (one: string): boolean => {
    const found = catalog.columns.get(collection.name)?.get(one);
    const rule = erasureOf(collection, one);
    if (!found || isFixed(collection, one, found) || staysAsItIs(one)) return false;
    if (rule) return rule.action === "anonymise" && !meets(rule.by, found);
    return !changes.own && !isTied(one) && left({ name: one }, found) === null;
  };
  const meeting = column.picks.find(
    (set) =>
      !set.some(isOwnValue) &&
      !(catalog.uniques.get(collection.name) ?? []).some((known) => known.every((one) => set.includes(one))),
  );
  if (!meeting || !(changes.own || changes.emptied)) return null;
  const how = erasure ? `\`erasure: ${JSON.stringify(erasure.by)}\`` : "what an emptied row holds there";
  return `${how} may bring a row among those of which no two may hold the same in ${meeting.join(", ")} (\`where\` of an index); \`keep\` leaves it, a token in one of these stays apart`;
}

const erasureOf = (collection: Collection, name: string) => fieldOf(collection, name)?.erasure;

/** Whether its rows may have to stay though they would go. */
export const mayBeEmptied = (collection: Collection, references: readonly Reference[]): boolean =>
  Object.values(collection.erasure).some(({ action }) => action === "delete") &&
  references.some(({ parent }) => parent === collection);

/** The columns by which rows point at others, of whatever table, or which say that they do. */
function linkColumns(collection: Collection, references: readonly Reference[], catalog: Catalog): Set<string> {
  const own = references.filter(({ childCollection }) => childCollection === collection);
  const saying = own.flatMap((reference) =>
    reference.only && stubKeeps({ catalog, plan: { scope: "person" } }, reference) ? [reference.only.field] : [],
  );
  return new Set([...[...keysHeld(collection, catalog), ...own].flatMap(heldColumns), ...saying]);
}
