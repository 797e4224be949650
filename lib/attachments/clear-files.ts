import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { inArray } from "drizzle-orm";
import type { Ctx } from "../context";
import { attachments } from "../db/schema";
import { withRead } from "../db/transaction";
import { log } from "../log";
import { attachmentDirectory } from "./attachment-file";

/** A file younger than this may still get its row. */
const youngMinutes = 60;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.writing)?$/;

/**
 * Job: removes every file that no row knows: of cases that are gone, of people who were forgotten, of mails and forms that
 * were never finished. Without the row its key is gone already. Safe to run twice.
 */
export async function clearAttachmentFiles(ctx: Ctx): Promise<{ removed: number }> {
  const directory = attachmentDirectory();
  const names = (await readdir(directory).catch(() => [] as string[])).filter((name) => uuid.test(name));
  const old = Temporal.Now.instant().subtract({ minutes: youngMinutes }).epochMilliseconds;
  let removed = 0;
  for (let from = 0; from < names.length; from += 500) {
    const some = names.slice(from, from + 500);
    const ids = some.map((name) => name.replace(/\.writing$/, ""));
    const known = await withRead(ctx, (tx) =>
      tx.db.select({ id: attachments.id }).from(attachments).where(inArray(attachments.id, ids)),
    );
    for (const name of some) {
      // What is still being written has a name of its own, and no row yet.
      if (known.some(({ id }) => id === name)) continue;
      const path = join(directory, name);
      const at = await stat(path).catch(() => null);
      if (!at || at.mtimeMs > old) continue;
      await rm(path, { force: true });
      removed++;
    }
  }
  if (removed > 0) log.info({ removed }, "files of attachments removed");
  return { removed };
}
