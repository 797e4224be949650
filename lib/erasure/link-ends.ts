import { relationOf } from "../data-map/identifiers";
import type { Edge, System } from "../data-map/types";
import type { Catalog } from "./catalog";

type Known = Pick<Catalog, "foreignKeys">;

/** Whether a foreign key leads from the one end of an edge to the other. */
function leads({ collections }: System, { foreignKeys }: Known, edge: Edge, child: "from" | "to"): boolean {
  const at = (side: "from" | "to") => collections.find(({ name }) => name === edge[side].collection);
  const other = child === "from" ? "to" : "from";
  const [here, there] = [at(child), at(other)];
  if (!here || !there) return false;
  const pairs = (held: readonly string[], kept: readonly string[]) =>
    held
      .map((column, place) => JSON.stringify([column, kept[place]]))
      .toSorted()
      .join();
  const isAt = ({ schema, table }: { schema: string; table: string }, one: typeof here) =>
    relationOf({ table: { schema, name: table } }) === relationOf(one);
  return foreignKeys.some(
    (key) =>
      isAt(key.child, here) &&
      isAt(key.parent, there) &&
      pairs(key.child.columns, key.parent.columns) === pairs(edge[child].columns, edge[other].columns),
  );
}

const turned = (edge: Edge): Edge["holder"] => (edge.holder === "from" ? "to" : "from");

/** The system with each link lying where the database's foreign key says, whatever the map's keys let one conclude. */
export function withLinkEnds(system: System, known: Known): System {
  const edges = system.edges.map((edge) => {
    const isOther = leads(system, known, edge, turned(edge)) && !leads(system, known, edge, edge.holder);
    // A condition is one on the rows that hold the link, so the map says which these are.
    return isOther && !edge.only ? { ...edge, holder: turned(edge) } : edge;
  });
  return { ...system, edges };
}
