import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { and, eq, inArray, isNotNull, isNull, lt, lte, or, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { packageDownloads, packages } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { env } from "../env";
import { enqueue } from "../jobs/queue";
import { log } from "../log";
import { giveUp } from "./give-up";
import { packageDirectory } from "./package-directory";
import { tellDownload } from "./tell-download";

/** A download that was not finished after this long is told of as begun. */
const leftMinutes = 15;
/** After this many tries nobody but a person mends it. */
const mostTries = 20;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Deletes the files of expired packages with their keys (P2), and every file that belongs to no
 * package on offer: of failed and stopped ones, of earlier tries, of packages nobody knows. Tells of
 * downloads left unfinished, and puts a package back into the queue whose job was lost. May run at
 * any time and any number of times.
 */
export async function expirePackages(ctx: Ctx): Promise<{ expired: number; orphans: number }> {
  const expired = await removeExpired(ctx);
  await stopUnwanted(ctx);
  const orphans = await removeOrphans(ctx);
  await tellLeftDownloads(ctx);
  await requeueLost(ctx);
  return { expired, orphans };
}

async function removeExpired(ctx: Ctx): Promise<number> {
  const due = await withRead(ctx, (tx) =>
    tx.db
      .select({ id: packages.id })
      .from(packages)
      .where(and(lte(packages.expiresAt, tx.now), isNull(packages.removedAt)))
      .limit(500),
  );
  for (const { id } of due) {
    // The files first: a row that says "removed" must be true.
    await rm(packageDirectory(id), { recursive: true, force: true });
    await withTransaction(ctx, async (tx) => {
      await tx.db.update(packages).set({ removedAt: tx.now, wrappedKey: null }).where(eq(packages.id, id));
      await recordAudit(tx, {
        action: "package.removed",
        object: { type: "package", id },
        payload: { why: "expired" },
      });
    });
  }
  return due.length;
}

/** A package that was kept back while its request was closed otherwise is handed out no more; its file goes with the orphans. */
async function stopUnwanted(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    await tx.db
      .update(packages)
      .set({ stoppedAt: tx.now })
      .where(
        and(
          isNotNull(packages.heldAt),
          isNull(packages.readyAt),
          isNull(packages.failedAt),
          isNull(packages.stoppedAt),
          sql`exists (select 1 from cases c where c.id = ${packages.caseId} and c.closed_at is not null)`,
        ),
      );
  });
}

async function removeOrphans(ctx: Ctx): Promise<number> {
  // Other names are not ours to judge.
  const names = (await readdir(env().STORAGE_DIR).catch(() => [] as string[])).filter((name) => uuid.test(name));
  let removed = 0;
  for (let from = 0; from < names.length; from += 500) {
    const some = names.slice(from, from + 500);
    const rows = await withRead(ctx, (tx) => tx.db.select().from(packages).where(inArray(packages.id, some)));
    for (const name of some) {
      const row = rows.find(({ id }) => id === name);
      const directory = packageDirectory(name);
      if (!row || row.removedAt || row.stoppedAt || row.failedAt) {
        await rm(directory, { recursive: true, force: true });
        removed++;
        continue;
      }
      for (const file of await readdir(directory).catch(() => [] as string[])) {
        const fence = Number(file.split(".")[0]);
        const current = fence === row.fence && (row.readyAt === null || !file.endsWith(".writing"));
        if (current) continue;
        await rm(join(directory, file), { force: true });
        removed++;
      }
    }
  }
  if (removed > 0) log.info({ removed }, "orphaned package files removed");
  return removed;
}

async function tellLeftDownloads(ctx: Ctx): Promise<void> {
  const left = await withRead(ctx, (tx) =>
    tx.db
      .select({ id: packageDownloads.id })
      .from(packageDownloads)
      .where(
        and(
          isNull(packageDownloads.toldAt),
          isNull(packageDownloads.completedAt),
          lt(packageDownloads.startedAt, tx.now.subtract({ minutes: leftMinutes })),
        ),
      )
      .limit(500),
  );
  for (const { id } of left) await withTransaction(ctx, (tx) => tellDownload(tx, id, false));
}

/** Packages still owed for which no job waits or runs: it went to the dead letters, or its queue was emptied. */
async function requeueLost(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const lost = await tx.db
      .select({ id: packages.id, fence: packages.fence })
      .from(packages)
      .where(
        and(
          isNull(packages.readyAt),
          isNull(packages.failedAt),
          isNull(packages.stoppedAt),
          // Kept back for staff: not lost, unless it is to be written anew.
          or(
            isNull(packages.heldAt),
            sql`exists (select 1 from package_redactions r where r.package_id = ${packages.id} and r.applied_at is null)`,
          ),
          lt(packages.requestedAt, tx.now.subtract({ minutes: leftMinutes })),
          sql`not exists (select 1 from pgboss.job j where j.name = 'package.write' and j.state < 'completed'
                and j.data->>'packageId' = ${packages.id}::text)`,
        ),
      )
      .limit(100);
    for (const { id, fence } of lost) {
      if (fence < mostTries) await enqueue(tx, "package.write", { packageId: id });
      else await giveUp(tx, id, "gave-up");
      log.warn({ packageId: id, fence }, "a package had no job");
    }
  });
}
