import canonicalize from "canonicalize";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import type { Held } from "../data-map/held";
import { literal } from "../data-map/identifiers";
import { homeSystem } from "../data-map/load";
import { momentIfAnySql } from "../data-map/moment";
import type { DataMap, ReachSubject } from "../data-map/types";
import { retentionClosures, suppressions } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { faultPoint } from "../faults";
import { refuseNewHold } from "../holds/kept-back";
import { log } from "../log";
import { readList } from "../suppression/list";
import { mendList } from "../suppression/mend";
import type { Suppressed } from "../suppression/record";
import { ErasureRefused } from "./catalog";
import { inEachSystem, previewErasure, type SystemFates } from "./erase-subject";
import { sumOf } from "./execute";
import { findSuppressed } from "./find-suppressed";
import { forgetAgain } from "./forget-again";
import { keptFromReplay } from "./kept-now";
import { leaveCompany } from "./leave-company";
import { eraseInSystem } from "./run-system";
import { type Sighting, Sightings } from "./sightings";
import { stoppedBy } from "./stopped-by";

export type Replayed = {
  /** Lines of the list. */
  listed: number;
  /** Of them, those that this database did not know: it was restored. */
  unknown: number;
  /** Lines that the list had lost and the database put back. */
  mended: number;
  /** Erased subjects of whom something was found on the platform. */
  found: number;
  /** Accounts that are in a closed company here, and had left it before: they are taken out of it. */
  left: number;
  /** Rows in every system; of a dry run, what would become of them. */
  deleted: number;
  anonymised: number;
  unlinked: number;
  reduced: number;
  /** Rows that stay as they are for a legal hold, or what people had restricted so that it is kept. */
  held: number;
  /** People of the trust center itself whose key was destroyed again. */
  forgotten: number;
  /** What stopped single subjects, one problem a line: names of tables, and ids of accounts that staff have to see to; no values (S31). */
  failures: string[];
};

/**
 * Erases again whoever is on the list and was brought back by a restore, of the platform's database or of this one. Run it after
 * any restore, before traffic. Whoever signed up again later is another account and stays, and so does what a legal hold keeps; with a company
 * ends whoever was in it when it was closed, wherever they are here, and nobody else. Running it
 * twice, or after it died, changes nothing that the first run ended; only when all went well does this database count as brought up to date.
 * @throws SuppressionError when the list was altered
 */
export async function replayErasures(ctx: Ctx, map: DataMap, { dryRun = false } = {}): Promise<Replayed> {
  const done: Replayed = {
    ...{ listed: 0, unknown: 0, mended: 0, found: 0, left: 0, forgotten: 0, failures: [] },
    ...{ deleted: 0, anonymised: 0, unlinked: 0, reduced: 0, held: 0 },
  };
  if (!dryRun) done.mended = await mendList(ctx);
  const known = await knownIds(ctx);
  const sightings = new Sightings(homeSystem(map).name);
  const unknown: Suppressed[] = [];
  for await (const record of readList()) {
    sightings.add(record);
    if (!known.has(record.id)) unknown.push(record);
    done.listed++;
  }
  done.unknown = unknown.length;
  if (sightings.size > 0) await findSuppressed(map, sightings);
  for (const sighting of sightings.seen()) {
    try {
      done.left += sighting.left.length;
      const { isLeft, sums } = await again(ctx, map, sighting, dryRun);
      done.held += sums.held;
      if (isLeft) {
        done.found++;
        for (const key of changes) done[key] += sums[key];
      }
    } catch (error) {
      if (!(error instanceof ErasureRefused)) log.error({ err: error }, "an erasure was not done again");
      done.failures.push(stoppedBy(error));
    }
    await faultPoint("replay.erased");
  }
  if (!dryRun) {
    done.forgotten = await forgetAgain(ctx, homeSystem(map).name, unknown);
    await endAgain(ctx);
    if (done.failures.length === 0) await takeOver(ctx, unknown, done);
  }
  return done;
}

const changes = ["deleted", "anonymised", "unlinked", "reduced"] as const;

/** @returns as not left what is there because the erasure itself left it, or because it has to stay */
async function again(
  ctx: Ctx,
  map: DataMap,
  { id, isWhole, nobodyElse, left, ...sighting }: Sighting,
  dryRun: boolean,
): Promise<{ isLeft: boolean; sums: ReturnType<typeof sumOf> }> {
  const { scope, identities, begunAt } = sighting;
  const subject: ReachSubject =
    scope === "company"
      ? { platformUserId: "", platformCompanyId: id }
      : { platformUserId: id ?? "", platformCompanyId: null };
  const total = (all: SystemFates[]) => sumOf(all.flatMap(({ fates }) => fates));
  if (id !== null && left.length > 0) {
    // What goes without them can be counted once they are out of it.
    if (dryRun) return { isLeft: true, sums: total([]) };
    await leaveCompany(map, id, left);
    await faultPoint("replay.left");
  }
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
  // Nobody waits for a page: a database that was just restored is slow, and what is kept may be millions of rows.
  const before = dryRun || !isWhole ? total(await previewErasure(erased, 0)) : null;
  // An address that was found may stand in rows that stay somebody's who lives; and an emptied row is found by its id each time.
  if (
    before &&
    !isWhole &&
    before.deleted === 0 &&
    (identities.size === 0 || changes.every((key) => before[key] === 0))
  )
    return { isLeft: false, sums: before };
  const prepare = async () => {
    await faultPoint("replay.prepared");
    await withTransaction(ctx, (tx) => refuseNewHold(tx, standing));
  };
  const sums =
    dryRun && before ? before : total(await inEachSystem(erased, (url, order) => eraseInSystem(url, order, prepare)));
  // Who they were still stands where a hold keeps their own row.
  return { isLeft: changes.some((key) => sums[key] > 0), sums };
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

const knownIds = async (ctx: Ctx): Promise<Set<string>> =>
  new Set((await withRead(ctx, (tx) => tx.db.select({ id: suppressions.id }).from(suppressions))).map(({ id }) => id));

/** Closed accounts that a sweep ended may be back as well: the next one looks at each of them again. */
const endAgain = (ctx: Ctx): Promise<unknown> =>
  withTransaction(ctx, (tx) => tx.db.update(retentionClosures).set({ againAt: tx.now }));

/** The database knows all of the list again. */
async function takeOver(ctx: Ctx, unknown: readonly Suppressed[], { failures: _, ...counts }: Replayed): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    for (const record of unknown)
      await tx.db
        .insert(suppressions)
        .values({
          ...{ id: record.id, reference: record.reference, n: record.n, mac: record.mac },
          ...{ line: String(canonicalize(record)), notedAt: Temporal.Instant.from(record.at) },
          ...{ writtenAt: tx.now, replayedAt: tx.now },
        })
        .onConflictDoNothing();
    await recordAudit(tx, { action: "erasure.replayed", object: { type: "suppression", id: "list" }, payload: counts });
  });
}
