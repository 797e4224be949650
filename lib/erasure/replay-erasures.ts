import canonicalize from "canonicalize";
import { sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { ClientSightings } from "../clients/client-sightings";
import { findSuppressedClients } from "../clients/find-suppressed-clients";
import { replayClient } from "../clients/replay-client";
import type { Ctx } from "../context";
import { homeSystem } from "../data-map/load";
import type { DataMap } from "../data-map/types";
import { retentionClosures, suppressions } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { faultPoint } from "../faults";
import { log } from "../log";
import { readList } from "../suppression/list";
import { mendList } from "../suppression/mend";
import type { Suppressed } from "../suppression/record";
import { ErasureRefused } from "./catalog";
import { type Again, changes } from "./do-again";
import { nothing } from "./execute";
import { findSuppressed } from "./find-suppressed";
import { forgetAgain } from "./forget-again";
import { keptByOthers } from "./kept-now";
import { leaveCompany } from "./leave-company";
import { replaySubject } from "./replay-subject";
import { Sightings } from "./sightings";
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
  /** Ids of accounts that are in a closed company here, and had left it before: they are taken out of it. */
  left: string[];
  /** Ids of accounts that ended with a company in which they are not here: they end as persons. */
  came: string[];
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
    ...{ listed: 0, unknown: 0, mended: 0, found: 0, left: [], came: [], forgotten: 0, failures: [] },
    ...{ deleted: 0, anonymised: 0, unlinked: 0, reduced: 0, held: 0 },
  };
  if (!dryRun) done.mended = await mendList(ctx);
  const [known, atWork] = [await knownIds(ctx), await closingsAtWork(ctx, homeSystem(map).name)];
  const home = homeSystem(map).name;
  const [sightings, clients] = [new Sightings(home), new ClientSightings(home)];
  const unknown: Suppressed[] = [];
  for await (const record of readList()) {
    sightings.add(record, atWork.has(record.reference));
    clients.add(record);
    if (!known.has(record.id)) unknown.push(record);
    done.listed++;
  }
  done.unknown = unknown.length;
  if (sightings.size > 0) await findSuppressed(map, sightings);
  if (clients.size > 0) await findSuppressedClients(map, clients);
  const note = async (again: () => Promise<Again>) => {
    try {
      const { isLeft, sums } = await again();
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
  };
  for (const sighting of sightings.seen()) {
    const { id, left, withCompany } = sighting;
    if (withCompany && id !== null) done.came.push(id);
    await note(async () => {
      if (id === null || left.length === 0) return replaySubject(ctx, map, sighting, dryRun);
      if (!dryRun) await leaveCompany(map, id, left, (await keptByOthers(ctx)).kept);
      // Lines of two master keys tell of one company twice.
      done.left = [...new Set([...done.left, ...left])];
      await faultPoint("replay.left");
      // What goes without them can be counted once they are out of it.
      return dryRun ? { isLeft: true, sums: { ...nothing } } : replaySubject(ctx, map, sighting, dryRun);
    });
  }
  for (const sighting of clients.seen()) await note(() => replayClient(ctx, map, sighting, dryRun));
  if (!dryRun) {
    done.forgotten = await forgetAgain(ctx, home, unknown);
    await endAgain(ctx);
    if (done.failures.length === 0) await takeOver(ctx, unknown, done);
  }
  return done;
}

const knownIds = async (ctx: Ctx): Promise<Set<string>> =>
  new Set((await withRead(ctx, (tx) => tx.db.select({ id: suppressions.id }).from(suppressions))).map(({ id }) => id));

/** The cases of deletions that began, and of which nothing lasts yet in the home system as far as this database knows. */
const closingsAtWork = async (ctx: Ctx, home: string): Promise<Set<string>> => {
  const rows = await withRead(ctx, (tx) =>
    tx.db.execute<{ reference: string }>(sql`
      select c.reference from deletions d join cases c on c.id = d.case_id where d.begun_at is not null
        and not exists (select 1 from erasure_runs r where r.case_id = d.case_id and r.system = ${home} and r.finished_at is not null)`),
  );
  return new Set(rows.map(({ reference }) => reference));
};

/** Closed accounts that a sweep ended may be back as well: the next one looks at each of them again. */
const endAgain = (ctx: Ctx): Promise<unknown> =>
  withTransaction(ctx, (tx) => tx.db.update(retentionClosures).set({ againAt: tx.now }));

/** The database knows all of the list again. */
async function takeOver(
  ctx: Ctx,
  unknown: readonly Suppressed[],
  { failures: _, left, came, ...counts }: Replayed,
): Promise<void> {
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
    await recordAudit(tx, {
      action: "erasure.replayed",
      object: { type: "suppression", id: "list" },
      payload: { ...counts, left: left.length, came: came.length },
    });
  });
}
