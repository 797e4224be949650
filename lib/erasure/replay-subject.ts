import type { Ctx } from "../context";
import type { Held } from "../data-map/held";
import { literal } from "../data-map/identifiers";
import { momentIfAnySql } from "../data-map/moment";
import type { DataMap, ReachSubject } from "../data-map/types";
import { type Again, doAgain } from "./do-again";
import { inEachSystem, previewErasure, type SystemFates } from "./erase-subject";
import { sumOf } from "./execute";
import { keptFromReplay } from "./kept-now";
import { eraseInSystem } from "./run-system";
import type { Sighting } from "./sightings";

/**
 * Erases again one person or company whom a restore brought back, in every system. What a hold keeps stays.
 * @throws ErasureRefused
 */
export async function replaySubject(
  ctx: Ctx,
  map: DataMap,
  { id, isWhole, nobodyElse, ...sighting }: Sighting,
  dryRun: boolean,
): Promise<Again> {
  const { scope, identities, begunAt } = sighting;
  const subject: ReachSubject =
    scope === "company"
      ? { platformUserId: "", platformCompanyId: id }
      : { platformUserId: id ?? "", platformCompanyId: null };
  const total = (all: SystemFates[]) => sumOf(all.flatMap(({ fates }) => fates));
  const { kept, standing } = await keptFromReplay(ctx, { ...sighting, id });
  const erased = {
    map,
    subject,
    scope,
    proven: true,
    nobodyElse,
    closedAt: begunAt,
    known: identities,
    spared: laterThan(sighting),
    kept,
  };
  return doAgain(ctx, {
    ...{ dryRun, isWhole, identities, standing },
    // Nobody waits for a page: a database that was just restored is slow, and what is kept may be millions of rows.
    preview: async () => total(await previewErasure(erased, 0)),
    erase: async (prepare) => total(await inEachSystem(erased, (url, order) => eraseInSystem(url, order, prepare))),
  });
}

/**
 * Where a later account goes by the same address, rows that are entered by identities are touched only when they are known to be
 * older than the erasure.
 */
const laterThan =
  ({ at, isTaken }: Pick<Sighting, "at" | "isTaken">): Held =>
  (collection, row) => {
    if (!isTaken || !collection.fields.some(({ identity, enter }) => identity && enter)) return null;
    if (!collection.since) return "true";
    return `coalesce(${momentIfAnySql(collection, collection.since, row)} > ${literal(at.toString())}::timestamptz, true)`;
  };
