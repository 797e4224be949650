import { categoryWords } from "./category-words";
import { exportedFields, inScope, type Omission, omissions } from "./exported";
import { dataMap } from "./load";
import { type PolicyCategory, policyCategories, type Scope } from "./types";

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
  omitted: Omission[];
};

const scopes = ["person", "company"] as const;

/** Everything that a package can hold, by category, straight from the data map, and what it never does and why (Data Act, ch. VI). */
export function exportable(): Exportable {
  const { systems } = dataMap();
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
  const omitted = systems.flatMap((system) => omissions(system, "company"));
  return { categories: categories.filter((one) => one.collections.length > 0), omitted };
}
