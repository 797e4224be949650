import { compareColumns, type DeclaredColumn, type Finding } from "./compare-columns";
import { documentLinks, identityTypes } from "./identity-types";
import { type LiveTable, liveTables } from "./live-tables";
import { collectionOf, fieldOf } from "./named";
import { neverHeld } from "./never-held";
import { otherCollations } from "./other-collations";
import { withSnapshot } from "./platform";
import { repeatedIds } from "./repeated-ids";
import { isSameType } from "./type-families";
import type { System } from "./types";
import { unclearHolders } from "./unclear-holders";

/**
 * Compares a system's map with its database, read only. Every ordinary, partitioned, foreign and
 * materialised table outside of Postgres's own schemas has to be in the map with every column (P4);
 * a partition or inheriting table counts as its parent. A view may be in the map, then with every column.
 */
export function checkSystem(system: System): Promise<Finding[]> {
  return withSnapshot(system, async (client) => {
    const live = await liveTables(
      client,
      system.ignoredSchemas.map(({ name }) => name),
    );
    const findings: Finding[] = [];
    const seen = new Set<string>();
    const declaredOids = new Set(
      declaredTables(system).flatMap(
        (one) => live.find(({ schema, name }) => schema === one.schema && name === one.name)?.oid ?? [],
      ),
    );
    const heirsOf = Map.groupBy(live, (one) => nearestAbove(one, live, declaredOids));
    for (const declared of declaredTables(system)) {
      const where = `${system.name}: ${declared.schema}.${declared.name}`;
      const table = live.find(({ schema, name }) => schema === declared.schema && name === declared.name);
      if (!table) {
        findings.push({ kind: "missing table", where, message: "is in the map and not in the database" });
        continue;
      }
      seen.add(table.oid);
      if (table.hides)
        findings.push({
          kind: "not readable",
          where,
          message: "row security could hide rows from the connection's role",
        });
      const heirs = heirsOf.get(table.oid) ?? [];
      const mapped = heirs.filter(({ oid }) => declaredOids.has(oid));
      const only = declared.only === true;
      if (only !== mapped.length > 0)
        findings.push({
          ...{ kind: "other heirs", where },
          message: only
            ? "is said to hold its own rows only, and no table that inherits from it is in the map"
            : `has heirs that are collections of their own (${mapped.map(({ name }) => name).join(", ")}); say \`only: true\``,
        });
      if (only)
        for (const heir of heirs.filter(({ oid }) => !declaredOids.has(oid)))
          findings.push({
            ...{ kind: "unclassified table", where: `${system.name}: ${heir.schema}.${heir.name}` },
            message: `inherits from ${table.name}, whose heirs are collections of their own`,
          });
      const named = new Set(live.filter(({ oid }) => declaredOids.has(oid)).map(({ name }) => name));
      const covered = new Map([...table.columns].filter(([, { heir }]) => heir === undefined || !named.has(heir)));
      findings.push(...(await compareColumns(client, where, declared.columns, { columns: covered })));
    }
    for (const table of live.filter(({ oid, view, parent }) => !view && parent === null && !seen.has(oid))) {
      findings.push({
        kind: "unclassified table",
        where: `${system.name}: ${table.schema}.${table.name}`,
        message: `nobody has said whose data it holds (columns: ${[...table.columns.keys()].join(", ")})`,
      });
    }
    // Only of a database that is otherwise as the map says: the rows could not be asked.
    if (findings.length > 0) return findings;
    return [
      ...[...identityTypes(system), ...documentLinks(system)].map((one) => ({ kind: "other type" as const, ...one })),
      ...(await repeatedIds(client, system)).map((one) => ({ kind: "not unique" as const, ...one })),
      ...(await otherCollations(client, system)).map((one) => ({ kind: "other collation" as const, ...one })),
      ...(await neverHeld(client, system)).map((one) => ({ kind: "other value" as const, ...one })),
      ...(await unclearHolders(client, system)).map((one) => ({ kind: "unclear holder" as const, ...one })),
    ];
  });
}

/** Of the tables that one inherits from, the nearest that is in the map. */
function nearestAbove({ parent }: LiveTable, live: readonly LiveTable[], declared: ReadonlySet<string>): string | null {
  const above = parent === null ? undefined : live.find(({ oid }) => oid === parent);
  if (!above || declared.has(above.oid)) return above?.oid ?? null;
  return nearestAbove(above, live, declared);
}

type Declared = { schema: string; name: string; only?: boolean; columns: DeclaredColumn[] };

function declaredTables(system: System): Declared[] {
  const { collections, impersonal, edges } = system;
  const ends = Map.groupBy(
    edges.flatMap(({ from, to }) => [
      { ...from, meets: to },
      { ...to, meets: from },
    ]),
    ({ collection }) => collection,
  );
  const fieldAt = (end: { collection: string }, column: string | undefined) =>
    fieldOf(collectionOf(system, end.collection), column);
  return [
    ...collections.map(({ name: collection, table, fields }) => ({
      ...table,
      columns: fields.map((field) => ({
        ...field,
        isLinked:
          field.identity !== null || ends.get(collection)?.some(({ columns }) => columns.includes(field.name)) === true,
        isMixed: ends
          .get(collection)
          ?.some(({ columns, meets }) =>
            columns.some(
              (column, at) => column === field.name && !isSameType(field, fieldAt(meets, meets.columns[at])),
            ),
          ),
      })),
    })),
    ...impersonal.map(({ table, fields }) => ({
      ...table,
      columns: fields.map((field) => ({ ...field, dataType: null })),
    })),
  ];
}
