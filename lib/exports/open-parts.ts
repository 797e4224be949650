import { asc, eq } from "drizzle-orm";
import { personKey } from "../crypto/person-key";
import { openWith } from "../crypto/seal";
import { packageParts } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { partPath } from "./archive";
import { packageKeyPlace } from "./attempt";
import { packageDirectory } from "./package-directory";
import type { PackageRow } from "./package-state";
import { fileKey } from "./sealed-chunks";
import { openSealedFile, readSealedRange } from "./sealed-file";

/** A part of a package for whoever sends it on; its key leaves this process no more than the file does. */
export type OpenPart = { bytes: number; sha256: string; path: string; key: Buffer };

/** The parts of a package that is ready, in their order, with what opens them. */
export async function openParts(tx: Tx, row: PackageRow): Promise<Result<OpenPart[], "key-destroyed" | "expired">> {
  const personal = await personKey(tx, row.personId);
  if (!personal.ok) return fail("key-destroyed");
  if (!row.wrappedKey || row.removedAt) return fail("expired");
  const packageKey = openWith(() => personal.value, packageKeyPlace(row.id), row.wrappedKey);
  const parts = await tx.db
    .select()
    .from(packageParts)
    .where(eq(packageParts.packageId, row.id))
    .orderBy(asc(packageParts.position));
  return ok(
    parts.map(({ position, bytes, sha256 }) => ({
      bytes,
      sha256,
      path: partPath(packageDirectory(row.id), row.fence, position),
      key: fileKey(packageKey, row.id, position),
    })),
  );
}

/** The plain bytes from `start` to `end`, inclusive. @throws SealedFileError when the file is not as it was sealed */
export async function readPart({ path, key, bytes }: OpenPart, start: number, end: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const handle = await openSealedFile(path, bytes);
  for await (const piece of readSealedRange(handle, key, bytes, start, end)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
