import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { dataMap } from "../data-map/load";
import { ReachError } from "../data-map/reach";
import type { System } from "../data-map/types";
import { packageParts, packages, people, transfers } from "../db/schema";
import type { Tx } from "../db/transaction";
import { faultPoint } from "../faults";
import { newId } from "../ids";
import { inWords } from "../in-words";
import { enqueue } from "../jobs/queue";
import { log } from "../log";
import { queueMail } from "../mail/queue-mail";
import type { Written } from "./add-documents";
import { Archive } from "./archive";
import { type Attempt, beginAttempt, Overtaken, whileNewest } from "./attempt";
import { giveUp } from "./give-up";
import { packageDirectory } from "./package-directory";
import { downloadName } from "./package-names";
import { sizeInWords } from "./size";
import { isDisk, keepUntil, Unreadable, writeFiles } from "./write-files";

/** Tries at a collection that cannot be read just now before the package is given up. */
const mostAttempts = 6;

export type WriteOptions = {
  signal?: AbortSignal;
  /** For tests and benchmarks; otherwise the data map and the config decide. */
  systems?: readonly System[];
  partBytes?: number;
};

/**
 * Writes a package: every row reached in every system of the data map, sealed, under temporary names,
 * made durable, then named, then offered, in that order (R8). May run any number of times, killed at
 * any point: files of other tries are removed, and a try that was overtaken writes nothing (R2, R3).
 *
 * A full disk is said in the row (`failure = disk-full`) and tried again until there is room (R13). A
 * collection that cannot be read is named in the row; the package fails when it stays so.
 */
export async function writePackage(
  ctx: Ctx,
  input: { packageId: string },
  { signal, systems = dataMap().systems, partBytes = config.packages.partBytes }: WriteOptions = {},
): Promise<void> {
  const attempt = await beginAttempt(ctx, input.packageId);
  if (!attempt) return;
  const { packageId, fence, key, startedAt } = attempt;
  const directory = packageDirectory(packageId);
  const archive = new Archive({ directory, packageId, key, fence, at: startedAt, partBytes });
  try {
    await removeAttempts(directory, (other) => other !== fence);
    const written = await writeFiles(ctx, attempt, archive, systems, signal);
    await faultPoint("package.written");
    await whileNewest(ctx, attempt, async () => {});
    await archive.publish();
    await faultPoint("package.published");
    await whileNewest(ctx, attempt, (tx) => offer(tx, attempt, written));
    log.info({ packageId, fence, rows: written.rows, parts: written.parts.length }, "package ready");
  } catch (error) {
    await archive.abandon();
    await removeAttempts(directory, (other) => other === fence).catch(() => {});
    await settle(ctx, attempt, error);
  }
}

/** Removes the files of some tries; a try that still writes to one loses it. */
async function removeAttempts(directory: string, which: (fence: number) => boolean): Promise<void> {
  for (const name of await readdir(directory).catch(() => [] as string[])) {
    if (which(Number(name.split(".")[0]))) await rm(join(directory, name), { force: true });
  }
}

async function offer(tx: Tx, attempt: Attempt, { parts, rows, sha256 }: Written): Promise<void> {
  const { packageId } = attempt;
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const expiresAt = keepUntil(tx.now);
  await tx.db.insert(packageParts).values(
    parts.map((part) => ({
      id: newId(),
      packageId,
      position: part.position,
      fileName: downloadName(config.company.name, attempt.requestedAt, part.position, parts.length),
      bytes: part.bytes,
      sha256: part.sha256,
    })),
  );
  await tx.db
    .update(packages)
    .set({ readyAt: tx.now, expiresAt, failure: null, bytes, sha256, rowsEstimated: rows })
    .where(eq(packages.id, packageId));
  await recordAudit(tx, {
    action: "package.ready",
    object: { type: "package", id: packageId },
    payload: { caseId: attempt.caseId, rows, bytes, parts: parts.length, attempt: attempt.fence },
  });
  const owed = await tx.db.select({ id: transfers.id }).from(transfers).where(eq(transfers.packageId, packageId));
  for (const { id } of owed) await enqueue(tx, "transfer.push", { transferId: id });
  const [person] = await tx.db.select().from(people).where(eq(people.id, attempt.personId));
  // Who has it sent to another provider hears of that.
  if (!person || owed.length > 0) return;
  await queueMail(tx, {
    template: "package-ready",
    to: person.email,
    personId: person.id,
    kind: "package-updates",
    idempotencyKey: `package-ready-${packageId}`,
    props: {
      reference: attempt.reference,
      scope: attempt.scope,
      packageId,
      size: sizeInWords(bytes),
      rows: new Intl.NumberFormat("en").format(rows),
      parts: parts.length,
      expiresAt: inWords(expiresAt, person.timeZone),
    },
  });
}

/** What becomes of a try that did not get through. Throws on what only another run of the job can mend. */
async function settle(ctx: Ctx, attempt: Attempt, error: unknown): Promise<void> {
  const { packageId, fence } = attempt;
  if (error instanceof Overtaken) {
    log.info({ packageId, fence }, "package try overtaken");
    return;
  }
  const full = isDisk(error);
  if (!full && !(error instanceof Unreadable)) throw error;
  const failure = full ? "disk-full" : (error as Unreadable).what;
  const final = !full && (isLasting((error as Unreadable).cause) || fence >= mostAttempts);
  log.error(
    { packageId, fence, failure, final, err: full ? error : (error as Unreadable).cause },
    "package not written",
  );
  await whileNewest(ctx, attempt, async (tx) => {
    if (final) return giveUp(tx, packageId, failure);
    await tx.db.update(packages).set({ failure }).where(eq(packages.id, packageId));
    const seconds = full ? 60 : Math.min(15 * 2 ** (fence - 1), 300);
    await enqueue(tx, "package.write", { packageId }, { startAfter: tx.now.add({ seconds }) });
  }).catch((fault) => {
    if (!(fault instanceof Overtaken)) throw fault;
  });
}

/** Classes of SQLSTATE that no waiting mends: no such table or column, no right to read it, data that does not fit. */
function isLasting(cause: unknown): boolean {
  if (cause instanceof ReachError) return true;
  const code = (cause as { code?: string } | undefined)?.code ?? "";
  return /^(42|22|3F|0A)/.test(code);
}
