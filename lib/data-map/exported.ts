import type { Collection, Field, Scope, System } from "./types";

/** True when a collection takes part in requests of this scope. */
export function inScope(collection: Collection, scope: Scope): boolean {
  return collection.scope === "both" || collection.scope === scope;
}

/** The fields a package of this scope holds, in the map's order; empty when the collection is not exported. */
export function exportedFields(collection: Collection, scope: Scope): Field[] {
  if (!collection.exported) return [];
  return collection.fields.filter(
    ({ export: { when } }) => when === "always" || when === "own" || (when === "company" && scope === "company"),
  );
}

/** One thing that a package does not hold, or holds only in some rows. */
export type Omission = {
  system: string;
  collection: string;
  /** Null: the whole collection. */
  field: string | null;
  /** True: left out only in rows that the person does not own. */
  partly: boolean;
  reason: string;
  ground: string;
};

/** What omitted.json lists: whole collections first, then fields, in the map's order. */
export function omissions(system: System, scope: Scope): Omission[] {
  const collections = system.collections.filter((collection) => inScope(collection, scope));
  const whole = collections
    .filter((collection) => !collection.exported)
    .map((collection) => ({
      system: system.name,
      collection: collection.name,
      field: null,
      partly: false,
      reason: collection.omittedReason ?? "",
      ground: collection.omittedGround ?? "",
    }));
  const fields = collections
    .filter((collection) => collection.exported)
    .flatMap((collection) =>
      collection.fields
        .filter(({ export: rule }) => rule.when === "never" || (scope === "person" && rule.when !== "always"))
        .map((field) => ({
          system: system.name,
          collection: collection.name,
          field: field.name,
          partly: field.export.when === "own",
          reason: field.export.reason ?? "",
          ground: field.export.ground ?? "",
        })),
    );
  return [...whole, ...fields];
}
