import { and, desc, eq, isNull } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { type Ctx, isSteppedUp } from "../context";
import { personKey } from "../crypto/person-key";
import { openWith } from "../crypto/seal";
import { packageDownloads, packageParts, packages } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { log } from "../log";
import { partPath } from "./archive";
import { packageKeyPlace } from "./attempt";
import { stillOwnsCompany } from "./company-owner";
import { packageDirectory } from "./package-directory";
import { packageState } from "./package-state";
import { ownPackage } from "./queries";
import { type ByteRange, parseRange, rangeStillFits } from "./range";
import { fileKey } from "./sealed-chunks";
import { openSealedFile, readSealedRange, SealedFileError } from "./sealed-file";
import { tellDownload } from "./tell-download";

export type Download = {
  fileName: string;
  /** Of the whole part, before sealing. */
  size: number;
  /** Lower-case hex. */
  sha256: string;
  /** The bytes that are sent; null when the range lies outside. */
  range: ByteRange | null;
  partial: boolean;
  /** Opens chunk by chunk while it is read; ends with an error rather than with wrong bytes. */
  body: AsyncGenerator<Buffer, void> | null;
};

export type DownloadInput = {
  packageId: string;
  position: number;
  /** The request's own headers. */
  range: string | null;
  ifRange: string | null;
  /** Only the headers are wanted: nothing is opened or noted. */
  headOnly?: boolean;
};

type Opened = { download: Download; downloadId: string; path: string; key: Buffer };

/**
 * Opens a part for its own person, with a step-up no older than five minutes (S14, P3): a link alone
 * opens nothing, nor does a device first seen a moment ago. Foreign and missing are the same answer,
 * before anything else is looked at (S19).
 * Notes the download; the person is told by mail when its last byte was handed over.
 */
export async function openDownload(ctx: Ctx, input: DownloadInput): Promise<Result<Download>> {
  const owned = await stillOwnsCompany(ctx, input.packageId);
  if (!owned.ok) return owned;
  const opened = await withTransaction(ctx, (tx) => open(tx, input));
  if (!opened.ok || !("path" in opened.value)) return opened as Result<Download>;
  const { download, downloadId, path, key } = opened.value;
  const { range, size } = download;
  if (!range) return ok(download);
  return ok({
    ...download,
    body: watched(ctx, input.packageId, downloadId, readFrom(path, key, size, range), range.end === size - 1),
  });
}

async function open(tx: Tx, input: DownloadInput): Promise<Result<Download | Opened>> {
  const { actor } = tx.ctx;
  // Asked first, so that the answer to a stale session tells nothing about the row.
  if (actor.kind === "holder" && !isSteppedUp(actor, tx.now)) return fail("step-up-required");
  const found = await ownPackage(tx, input.packageId);
  if (!found) return fail("not-found");
  const { row } = found;
  const fresh = actor.kind === "holder" ? actor.freshUntil : null;
  if (fresh && Temporal.Instant.compare(fresh, tx.now) > 0) return fail("fresh-wait");
  const state = packageState(row, tx.now);
  if (state === "expired") return fail("expired");
  if (state !== "ready") return fail("not-ready");
  const [part] = await tx.db
    .select()
    .from(packageParts)
    .where(and(eq(packageParts.packageId, row.id), eq(packageParts.position, input.position)));
  if (!part) return fail("not-found");
  const { fileName, bytes: size, sha256 } = part;
  const asked = rangeStillFits(input.ifRange, `"${sha256}"`) ? parseRange(input.range, size) : "all";
  const range = asked === "all" ? { start: 0, end: size - 1 } : asked === "none" ? null : asked;
  const download: Download = { fileName, size, sha256, range, partial: asked !== "all", body: null };
  if (!range || input.headOnly) return ok(download);

  const personal = await personKey(tx, row.personId);
  if (!personal.ok) return fail("key-destroyed");
  if (!row.wrappedKey) return fail("expired");
  const packageKey = openWith(() => personal.value, packageKeyPlace(row.id), row.wrappedKey);
  const path = partPath(packageDirectory(row.id), row.fence, part.position);
  try {
    const handle = await openSealedFile(path, size);
    await handle.close();
  } catch (error) {
    if (!(error instanceof SealedFileError)) throw error;
    log.error({ packageId: row.id, part: part.position, err: error }, "a part of a package cannot be opened");
    await withdraw(tx, row.id);
    return fail("damaged");
  }
  const downloadId = await noteDownload(tx, row.id, part.position);
  return ok({ download, downloadId, path, key: fileKey(packageKey, row.id, part.position) });
}

/** Opens the file with the first byte that is asked for, so that one who leaves before holds none open. */
async function* readFrom(path: string, key: Buffer, size: number, { start, end }: ByteRange) {
  const handle = await openSealedFile(path, size);
  yield* readSealedRange(handle, key, size, start, end);
}

/** One row a download: ranges of one session that resume it belong to it until it is complete. */
async function noteDownload(tx: Tx, packageId: string, position: number): Promise<string> {
  const { actor } = tx.ctx;
  const sessionId = actor.kind === "holder" ? actor.sessionId : null;
  const [running] = await tx.db
    .select({ id: packageDownloads.id })
    .from(packageDownloads)
    .where(
      and(
        eq(packageDownloads.packageId, packageId),
        eq(packageDownloads.position, position),
        sessionId ? eq(packageDownloads.sessionId, sessionId) : isNull(packageDownloads.sessionId),
        isNull(packageDownloads.completedAt),
        isNull(packageDownloads.toldAt),
      ),
    )
    .orderBy(desc(packageDownloads.startedAt))
    .limit(1);
  if (running) return running.id;
  const id = newId();
  await tx.db.insert(packageDownloads).values({ id, packageId, position, sessionId, startedAt: tx.now });
  await recordAudit(tx, {
    action: "package.download-begun",
    object: { type: "package", id: packageId },
    payload: { part: position },
  });
  return id;
}

/** A damaged package is over at once, so that its person can have it made again. */
async function withdraw(tx: Tx, packageId: string): Promise<void> {
  await tx.db.update(packages).set({ expiresAt: tx.now }).where(eq(packages.id, packageId));
  await recordAudit(tx, { action: "package.damaged", object: { type: "package", id: packageId } });
}

async function* watched(
  ctx: Ctx,
  packageId: string,
  downloadId: string,
  body: AsyncGenerator<Buffer, void>,
  toTheEnd: boolean,
) {
  try {
    for await (const piece of body) yield piece;
  } catch (error) {
    log.error({ packageId, downloadId, err: error }, "a download broke off");
    if (error instanceof SealedFileError) await withTransaction(ctx, (tx) => withdraw(tx, packageId));
    throw error;
  }
  if (toTheEnd) await withTransaction(ctx, (tx) => tellDownload(tx, downloadId, true));
}
