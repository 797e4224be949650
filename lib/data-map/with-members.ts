import { roleBy } from "./role-by";
import type { System } from "./types";

/**
 * The map for closing a company's account: what is each member's own and in no company's copy, such as their notifications, goes
 * with the account too. Only what a row owner-links to a member: what merely mentions one, or is shared with them, is not the
 * company's to close.
 */
export function withMembers(system: System): System {
  const personal = new Map(
    system.collections.filter(({ scope }) => scope === "person").map((collection) => [collection.name, collection]),
  );
  return {
    ...system,
    collections: system.collections.map((collection) =>
      personal.has(collection.name)
        ? {
            ...collection,
            scope: "both",
            fields:
              collection.role === "owner"
                ? collection.fields
                : collection.fields.map((one) => ({ ...one, enter: null })),
          }
        : collection,
    ),
    edges: system.edges.map((edge) => {
      const collection = personal.get(edge.to.collection);
      if (!collection) return edge;
      const isOwner = roleBy(edge, collection, "person") === "owner";
      return { ...edge, scope: isOwner ? "both" : "person" };
    }),
  };
}
