import { inScope } from "../data-map/exported";
import { tableName } from "../data-map/identifiers";
import { withSnapshot } from "../data-map/platform";
import type { Scope, System } from "../data-map/types";

/**
 * Which collection keeps a system from being opened: the first whose table is missing or may not be
 * read; null when it is none of them. The name is what staff need to mend it (P4).
 */
export async function nameUnreadable(system: System, scope: Scope): Promise<string | null> {
  const collections = system.collections.filter((collection) => inScope(collection, scope));
  try {
    const { rows } = await withSnapshot(system, (client) =>
      client.query<{ at: number }>(
        `select at::int from unnest($1::text[]) with ordinality as t(name, at)
          where to_regclass(name) is null or not has_table_privilege(to_regclass(name)::oid, 'select')
          order by at limit 1`,
        [collections.map(tableName)],
      ),
    );
    return collections[(rows[0]?.at ?? 0) - 1]?.name ?? null;
  } catch {
    return null;
  }
}
