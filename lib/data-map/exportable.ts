import { categoryWords } from "./category-words";
import { exportedFields, inScope, type Omission, omissions } from "./exported";
import { dataMap } from "./load";
import { collectionOf, fieldOf } from "./named";
import { type DataMap, type PolicyCategory, policyCategories, type Scope, type System } from "./types";

type ExportableField = {
  name: string;
  label: string;
  /** As the database has it, such as `timestamptz`; null when the map does not say. */
  type: string | null;
  dataCategories: string[];
  /** In which packages it is: those of a person, those of a company. */
  scopes: Scope[];
};
type ExportableCollection = {
  system: string;
  name: string;
  label: string;
  description: string;
  scopes: Scope[];
  fields: ExportableField[];
};
export type Exportable = {
  categories: { category: PolicyCategory; label: string; collections: ExportableCollection[] }[];
  /** With words for what a reader knows it by. */
  omitted: (Omission & { label: string })[];
};

const scopes = ["person", "company"] as const;

/** Everything that a package can hold, by category, straight from the data map, and what it never does and why (Data Act, ch. VI). */
export function exportable({ systems }: DataMap = dataMap()): Exportable {
  const collections = systems.flatMap((system) =>
    system.collections.map((collection) => ({ system: system.name, collection })),
  );
  const categories = policyCategories.map((category) => ({
    category,
    label: categoryWords[category].label,
    collections: collections
      .filter(({ collection }) => collection.exported && collection.policyCategory === category)
      .map(({ system, collection }) => {
        const within = (scope: Scope) => (inScope(collection, scope) ? exportedFields(collection, scope) : []);
        const fields = collection.fields
          .map((field) => ({
            ...{ name: field.name, label: field.label, type: field.type, dataCategories: field.dataCategories },
            scopes: scopes.filter((scope) => within(scope).includes(field)),
          }))
          .filter((field) => field.scopes.length > 0);
        const { name, label, description } = collection;
        return { system, name, label, description, scopes: scopes.filter((scope) => within(scope).length > 0), fields };
      })
      .filter(({ fields }) => fields.length > 0),
  }));
  const omitted = systems.flatMap((system) => neverExported(system));
  return { categories: categories.filter((one) => one.collections.length > 0), omitted };
}

/** What no package holds: a company's holds the most, and what only a person's can hold is asked of that. */
function neverExported(system: System): Exportable["omitted"] {
  const personal = { ...system, collections: system.collections.filter(({ scope }) => scope === "person") };
  return [...omissions(system, "company"), ...omissions(personal, "person").filter(({ partly }) => !partly)].map(
    (one) => {
      const collection = collectionOf(system, one.collection);
      const field = fieldOf(collection, one.field);
      return {
        ...one,
        label: [collection?.label ?? one.collection, field?.label ?? one.field].filter(Boolean).join(": "),
      };
    },
  );
}
