import { inScope } from "./exported";
import type { Collection, Scope, System } from "./types";

/**
 * Collections that declare a scope in which nothing leads to them: whoever wrote them would believe
 * that they are in every package.
 */
export function unreachable(system: System): { collection: string; scope: Scope }[] {
  return (["person", "company"] as const).flatMap((scope) => {
    const reached = reachedCollections(system, scope);
    return system.collections
      .filter((collection) => inScope(collection, scope) && !reached.has(collection.name))
      .map(({ name }) => ({ collection: name, scope }));
  });
}

/** Names of the collections that a request of a scope can reach. */
export function reachedCollections(system: System, scope: Scope): Set<string> {
  const entered = (collection: Collection) =>
    scope === "company" && system.company
      ? collection.name === system.company.collection || collection.companyField !== null
      : collection.name === system.person?.collection;
  const scoped = system.collections.filter((collection) => inScope(collection, scope));
  const reached = new Set(scoped.filter(entered).map(({ name }) => name));
  // A system without people of its own starts from the identities that other systems found.
  const identities = new Set<string>(
    system.person ? [] : scoped.flatMap(({ fields }) => fields.flatMap((f) => f.identity ?? [])),
  );
  for (let before = -1; before !== reached.size + identities.size; ) {
    before = reached.size + identities.size;
    for (const collection of scoped) {
      const byIdentity = collection.fields.some((field) => field.enter && identities.has(field.identity ?? ""));
      const byEdge = system.edges.some(
        (edge) =>
          edge.to.collection === collection.name &&
          (edge.scope === "both" || edge.scope === scope) &&
          reached.has(edge.from.collection),
      );
      if (byIdentity || byEdge) reached.add(collection.name);
      if (!reached.has(collection.name)) continue;
      for (const field of collection.fields) if (field.follow && field.identity) identities.add(field.identity);
    }
  }
  return reached;
}
