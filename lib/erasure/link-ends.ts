import type { Table } from "../data-map/mapped-tables";
import type { Edge, System } from "../data-map/types";
import type { Catalog } from "./catalog";

type Known = Pick<Catalog, "foreignKeys">;
type End = Table & { columns: readonly string[] };

/** A link by its two ends, whatever the order of its columns. */
function linkName(child: End, parent: End): string {
  const pairs = child.columns.map((column, place) => JSON.stringify([column, parent.columns[place]])).toSorted();
  return JSON.stringify([child.schema, child.name, parent.schema, parent.name, ...pairs]);
}

const turned = (edge: Edge): Edge["holder"] => (edge.holder === "from" ? "to" : "from");

/** The system with each link lying where the database's foreign key says, whatever the map's keys let one conclude. */
export function withLinkEnds(system: System, { foreignKeys }: Known): System {
  // Asked for each link of the map: gone through each time, a thousand tables take seconds.
  const known = new Set(foreignKeys.map(({ child, parent }) => linkName(child, parent)));
  const tables = new Map(system.collections.map(({ name, table }) => [name, table]));
  const endOf = ({ collection, columns }: Edge["from"]): End => {
    const { schema = "", name = "" } = tables.get(collection) ?? {};
    return { schema, name, columns };
  };
  const edges = system.edges.map((edge) => {
    const [from, to] = [endOf(edge.from), endOf(edge.to)];
    const leads = (child: "from" | "to") => known.has(child === "from" ? linkName(from, to) : linkName(to, from));
    const isOther = leads(turned(edge)) && !leads(edge.holder);
    // A condition is one on the rows that hold the link, so the map says which these are.
    return isOther && !edge.only ? { ...edge, holder: turned(edge) } : edge;
  });
  return { ...system, edges };
}
