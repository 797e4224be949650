import type { Collection, Edge, Role, Scope } from "./types";

/**
 * How rows that a link leads to belong to whom it leads from. Of one person another account is somebody else, though all accounts are rows of a
 * collection whose role is `owner`; of a company its people are its own.
 */
export const roleBy = (
  { role, isAnother }: Pick<Edge, "role" | "isAnother">,
  collection: Pick<Collection, "role">,
  scope: Scope,
): Role => (isAnother && scope === "person" ? "mentions" : (role ?? collection.role));
