import { z } from "zod";
import { config } from "../../trust-center.config";
import { fail, ok, type Result } from "../errors";
import { discardFiles } from "./attachment-file";
import { type StoredFile, storeFiles } from "./store-files";

const { fileBytes, formBytes, files: most } = config.attachments;

/** The files of a form's field; a browser sends an empty one when none was chosen. */
export const uploadedFiles = z
  .unknown()
  .optional()
  .transform((value) => [value].flat().filter((one) => one instanceof File && one.size > 0) as File[]);

/**
 * Stores the files of a form: all of them, or none with the reason, since whoever sent them can still choose again. The
 * caller keeps them in its transaction.
 */
export async function takeUploads(
  files: readonly File[],
): Promise<Result<StoredFile[], "too-many-files" | "file-too-large" | "file-type">> {
  if (files.length > most) return fail("too-many-files");
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > formBytes || files.some(({ size }) => size > fileBytes)) return fail("file-too-large");
  const stored = await storeFiles(
    files.map((file) => ({
      name: file.name,
      size: file.size,
      read: async () => Buffer.from(await file.arrayBuffer()),
    })),
    { fileBytes, totalBytes: formBytes, files: most },
  );
  if (stored.every(({ refused }) => refused === null)) return ok(stored);
  await discardFiles(stored.filter(({ refused }) => refused === null).map(({ id }) => id));
  return fail("file-type");
}
