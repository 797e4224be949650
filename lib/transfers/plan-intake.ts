import type pg from "pg";
import { intakeOf } from "../data-map/intake";
import type { Scope, System } from "../data-map/types";
import type { IncomingContents } from "../db/schema";
import { type Catalog, readCatalog } from "../erasure/catalog";
import { type Reference, referencesOf } from "../erasure/references";
import type { Arrived } from "./incoming-manifest";

export type Home = System & { person: NonNullable<System["person"]> };
type Sides = { home: Home; scope: Scope; catalog: Catalog; references: readonly Reference[] };
type Content = IncomingContents[number];
/** What is put in of a package, and what is said of each of its collections. */
export type Intake = { taken: Arrived[]; contents: IncomingContents };

/** What a package meets here. @throws ErasureRefused when the database is not as the map says, or rows may not be put in */
export async function readSides(client: pg.ClientBase, home: Home, scope: Scope): Promise<Sides> {
  const catalog = await readCatalog(client, home, ["insert"]);
  return { home, scope, catalog, references: referencesOf(home, catalog) };
}

/**
 * Decides by the map and the tables what of a package is taken over: whole collections, then columns of them. A person's own records
 * become theirs here; what they only share in stays with their old company, and so does what cannot be without it. Pure.
 */
export function planIntake(arrived: readonly Arrived[], contents: IncomingContents, sides: Sides): Intake {
  const { home, scope, catalog } = sides;
  const skipped = new Map(contents.flatMap(({ collection, skipped: why }) => (why ? [[collection, why]] : [])));
  for (const { collection, fields } of arrived) {
    const kept = new Set(fields);
    const missing = collection.fields.find(({ name, imported }) => {
      const column = catalog.columns.get(collection.name)?.get(name);
      // Which company it belongs to is known here.
      if (scope === "person" && name === collection.companyField) return false;
      return column?.required && !column.given && !column.generated && imported === undefined && !kept.has(name);
    });
    if (collection.notImported) skipped.set(collection.name, "by-map");
    else if (scope === "person" && collection.name === home.company?.collection)
      skipped.set(collection.name, "company");
    // Their account here stays as it is; on a platform without companies there may be none yet.
    else if (scope === "person" && collection.name === home.person.collection) {
      if (home.person.company) skipped.set(collection.name, "account");
    } else if (scope === "person" && collection.role !== "owner") skipped.set(collection.name, "shared");
    else if (scope === "person" && missing) skipped.set(collection.name, "missing");
  }
  for (let before = -1; before !== skipped.size; ) {
    before = skipped.size;
    for (const one of arrived)
      if (!skipped.has(one.collection.name) && lean(one, skipped, sides).required)
        skipped.set(one.collection.name, "leans");
  }
  const said = new Map<string, Content["fields"]>();
  const taken = arrived.flatMap((one): Arrived[] => {
    const { collection } = one;
    const cut = lean(one, skipped, sides).fields;
    const fates = one.fields.map((name) => {
      const field = collection.fields.find((other) => other.name === name);
      const intake = field ? intakeOf(field) : "sent";
      return { name, why: cut.has(name) ? "leans" : intake === "sent" ? null : intake };
    });
    const told = fates.flatMap(({ name, why }) => (why ? [{ name, why }] : []));
    if (told.length > 0) said.set(collection.name, told);
    const fields = fates.filter(({ why }) => why === null || why === "new").map(({ name }) => name);
    // Who the person was there has to be known, though that row is not put in.
    const needed = scope === "person" && collection.name === home.person.collection;
    return skipped.has(collection.name) && !needed ? [] : [{ ...one, fields }];
  });
  return {
    taken,
    contents: contents.map(({ collection, rows }) => {
      const [why, fields] = [skipped.get(collection), said.get(collection)];
      return { collection, rows, ...(why ? { skipped: why } : fields ? { fields } : {}) };
    }),
  };
}

/** What of a collection points at rows that are not taken over: columns that can be empty, and whether one cannot. */
function lean(
  { collection, fields }: Arrived,
  skipped: ReadonlyMap<string, string>,
  { home, scope, catalog, references }: Sides,
): { fields: Set<string>; required: boolean } {
  const columns = catalog.columns.get(collection.name);
  const cut = new Set<string>();
  let required = false;
  const people = new Set<string>();
  const holds = (name: string) => {
    const field = fields.includes(name) ? collection.fields.find((one) => one.name === name) : undefined;
    return field !== undefined && intakeOf(field) === "sent";
  };
  for (const { childCollection, childColumns, parent, only } of references) {
    if (childCollection?.name !== collection.name || !childColumns.every((one) => fields.includes(one))) continue;
    const needs = childColumns.every((one) => columns?.get(one)?.required && !columns.get(one)?.array);
    // Without the column that says what it leads to, nobody knows whose it is.
    const told = !only || holds(only.field);
    // Whose rows of a person's own are links is looked at one by one (place-person.ts).
    if (told && only && scope === "person") continue;
    if (told && scope === "person" && parent.name === home.person.collection) {
      if (needs) people.add(childColumns.join());
      continue;
    }
    const why = told ? skipped.get(parent.name) : "leans";
    // What does not fit here refuses the package as a whole, unless the map itself leaves it out.
    if (!why || (scope === "company" && why !== "by-map" && why !== "leans")) continue;
    if (told && scope === "person" && parent.name === home.company?.collection) continue;
    if (needs) required = true;
    else for (const one of childColumns) if (!collection.primaryKey.includes(one)) cut.add(one);
  }
  // A record that needs two people, such as a message, is always somebody else's too.
  return { fields: cut, required: required || people.size > 1 };
}
