import { dataMap } from "./load";

/** The plain words of the map for a system's collection; the name itself when the map has changed since. */
export function collectionLabel(system: string, collection: string): string {
  const found = dataMap()
    .systems.find(({ name }) => name === system)
    ?.collections.find(({ name }) => name === collection);
  return found?.label ?? collection;
}
