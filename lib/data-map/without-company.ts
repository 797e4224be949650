import type { Collection, DataMap, System } from "./types";

/**
 * The map as it is for somebody who is in no company: what companies have over their people alone, or by a column of the row itself, is
 * theirs like what is in person scope. What hangs on rows of companies in other ways may be one's, and stays as the map says.
 */
export function withoutCompany(map: DataMap): DataMap {
  const home = map.systems.find(({ person }) => person);
  if (!home?.company) return map;
  const [people, companies] = [home.person?.collection, home.company.collection];
  const isTheirs = (system: System, { name, scope, companyField }: Collection, reached: ReadonlySet<string>): boolean =>
    scope === "both" && !(system === home && name === companies) && (companyField !== null || !reached.has(name));
  return {
    systems: map.systems.map((system) => {
      const reached = reachedWithout(system, people, companies);
      return {
        ...system,
        collections: system.collections.map((one) =>
          isTheirs(system, one, reached) ? { ...one, scope: "person" as const } : one,
        ),
      };
    }),
  };
}

/** Collections of which companies reach rows by others than their people's. */
function reachedWithout({ collections, edges }: System, people = "", companies = ""): Set<string> {
  const found = new Set(
    collections.filter(({ name, companyField }) => companyField !== null || name === companies).map(({ name }) => name),
  );
  found.delete(people);
  const kinds = () =>
    collections
      .filter(({ name }) => found.has(name))
      .flatMap(({ fields }) => fields.flatMap(({ follow, identity }) => (follow && identity ? identity : [])));
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const { from, to, scope } of edges)
      if (scope !== "person" && found.has(from.collection) && to.collection !== people) found.add(to.collection);
    for (const { name, fields } of collections)
      if (name !== people && fields.some(({ enter, identity }) => enter && identity && kinds().includes(identity)))
        found.add(name);
  }
  return found;
}
