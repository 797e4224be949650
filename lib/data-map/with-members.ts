import { roleBy } from "./role-by";
import type { Collection, Edge, Role, System } from "./types";

/**
 * The map for closing a company's account: what is each member's own and in no company's copy, such as their notifications, goes
 * with the account too. Only what a row owner-links to a member: what merely mentions one, or is shared with them, is not the
 * company's to close. Where rows may be a member's own, what they are shared by counts all the same: it says whose else they are.
 */
export function withMembers(system: System): System {
  const personal = new Map(
    system.collections.filter(({ scope }) => scope === "person").map((collection) => [collection.name, collection]),
  );
  const roleOf = (edge: Edge, collection: Collection) => roleBy(edge, collection, "person");
  const isOwned = (collection: Collection): boolean =>
    (collection.role === "owner" && collection.fields.some(({ enter }) => enter)) ||
    system.edges.some((edge) => edge.to.collection === collection.name && roleOf(edge, collection) === "owner");
  const counts = (role: Role, collection: Collection): boolean =>
    role === "owner" || (role === "shared" && isOwned(collection));
  return {
    ...system,
    collections: system.collections.map((collection) =>
      personal.has(collection.name)
        ? {
            ...collection,
            scope: "both",
            fields: counts(collection.role, collection)
              ? collection.fields
              : collection.fields.map((one) => ({ ...one, enter: null })),
          }
        : collection,
    ),
    edges: system.edges.map((edge) => {
      const collection = personal.get(edge.to.collection);
      if (!collection) return edge;
      return { ...edge, scope: counts(roleOf(edge, collection), collection) ? "both" : "person" };
    }),
  };
}
