import { inScope } from "./exported";
import type { Collection, Scope, System } from "./types";

/**
 * Collections that declare a scope in which nothing leads to them: whoever wrote them would believe
 * that they are in every package.
 * @param home the system from whose identities another one starts; left out while that is not known
 */
export function unreachable(system: System, home?: System): { collection: string; scope: Scope }[] {
  return (["person", "company"] as const).flatMap((scope) => {
    const reached = reachedCollections(system, scope, home && identitiesOf(home, scope));
    return system.collections
      .filter((collection) => inScope(collection, scope) && !reached.has(collection.name))
      .map(({ name }) => ({ collection: name, scope }));
  });
}

/** The kinds of identities that other systems are given of somebody, of a company its members' too. */
function identitiesOf(home: System, scope: Scope): string[] {
  const reached = new Set([...reachedCollections(home, "person"), ...reachedCollections(home, scope)]);
  const fields = home.collections.filter(({ name }) => reached.has(name)).flatMap((one) => one.fields);
  return fields.flatMap(({ follow, identity }) => (follow && identity) || []);
}

/**
 * Names of the collections that a request of a scope can reach.
 * @param given the kinds of identities from which a system without people of its own starts; left out, whatever it knows
 */
export function reachedCollections(system: System, scope: Scope, given?: readonly string[]): Set<string> {
  const entered = (collection: Collection) =>
    scope === "company" && system.company
      ? collection.name === system.company.collection || collection.companyField !== null
      : collection.name === system.person?.collection;
  const scoped = system.collections.filter((collection) => inScope(collection, scope));
  const reached = new Set(scoped.filter(entered).map(({ name }) => name));
  // A system without people of its own starts from the identities that other systems found.
  const identities = new Set<string>(
    system.person ? [] : (given ?? scoped.flatMap(({ fields }) => fields.flatMap((f) => f.identity ?? []))),
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
