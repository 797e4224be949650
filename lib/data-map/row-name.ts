import { exportedFields } from "./exported";
import type { Collection, System } from "./types";

/**
 * Which row of a collection it is, by its key, such as "Lesson id 167" of an attendance: in the words and with the values that the person's
 * copy has. Without what leads to the person themselves, unless two columns do.
 * @param key the primary key's values, in the map's order
 * @returns null where that says nothing: of the account's own row, and where nothing but a uuid is left
 */
export function rowName(system: System, collection: Collection, key: readonly string[]): string | null {
  if (collection.name === system.person?.collection) return null;
  const toPeople = collection.primaryKey.filter((column) =>
    system.edges.some(
      ({ from, to }) =>
        from.collection === system.person?.collection &&
        to.collection === collection.name &&
        to.columns.includes(column),
    ),
  );
  const shown = exportedFields(collection, "person");
  const parts = collection.primaryKey.flatMap((column, at) => {
    const field = shown.find(({ name }) => name === column);
    const isTold = field && field.type !== "uuid" && !(toPeople.length === 1 && toPeople[0] === column);
    return isTold ? [`${field.label} ${key[at]}`] : [];
  });
  return parts.length > 0 ? parts.join(", ") : null;
}
