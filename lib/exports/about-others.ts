import { roleBy } from "../data-map/role-by";
import type { Collection, Scope, System } from "../data-map/types";

/**
 * Whether rows of a collection may be about other people too: the map says that they are shared or only mention the person,
 * as a whole or by one of the ways that lead to them.
 */
export function isAboutOthers(system: System, collection: Collection, scope: Scope): boolean {
  const led = system.edges.some(
    (edge) =>
      edge.to.collection === collection.name &&
      roleBy(edge, collection, scope) !== "owner" &&
      (edge.scope === "both" || edge.scope === scope),
  );
  return collection.role !== "owner" || led;
}
