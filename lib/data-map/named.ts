import type { Collection, Field, Scope, System } from "./types";

// What the map calls by a name; undefined where it calls nothing so.

export const collectionOf = (
  { collections }: { collections: readonly Collection[] },
  name: string | null | undefined,
): Collection | undefined => collections.find((one) => one.name === name);

/** The collection in which people's accounts are, or companies'. */
export const accountsOf = (
  system: Pick<System, "collections"> & Partial<Pick<System, Scope>>,
  scope: Scope,
): Collection | undefined => collectionOf(system, system[scope]?.collection);

export const fieldOf = (
  collection: Pick<Collection, "fields"> | undefined,
  name: string | null | undefined,
): Field | undefined => collection?.fields.find((one) => one.name === name);
