import { and, eq, isNull, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { findPlatformPerson } from "../data-map/find-platform-person";
import { homeSystem } from "../data-map/load";
import { incomingTransfers, people } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { type Status, statusOf } from "../erasure/lasting";
import { log } from "../log";
import { endImport } from "./end-import";
import { type Imported, importRows } from "./import-rows";
import { unwrapKey } from "./incoming-files";
import { matchCollections, readManifest } from "./incoming-manifest";
import { BadPackage, IncomingZip } from "./incoming-zip";
import { lockIncoming } from "./lock-incoming";
import { importerUrl } from "./own-identity";
import { ownersToTell } from "./owners-to-tell";
import { removeIncoming } from "./remove-incoming";
import { filesByPath, ImportRefused } from "./stage-rows";
import { type IncomingRow, incomingState } from "./states";

type Try = { row: IncomingRow; fence: number; email: string; personId: string };

/** An earlier try's transaction is not over yet; the queue tries again. */
class StillRunning extends Error {
  override name = "StillRunning";
}

/** There is no login by which rows could be put in, though there was one when the package was taken. */
class NoImporter extends Error {
  override name = "NoImporter";
}

/**
 * Job: puts a package that its person took over into the platform. All of its rows lie there afterwards, or none: a try that fell
 * between the platform's commit and our note of it is recognised by that transaction's id, and never done twice (R2, R3).
 *
 * What fails is tried again by the queue, ever more seldom, `transfers.receive.tries` times in all; then it ends as not taken over
 * and lies on the desk as a dead letter (R10).
 */
export async function importIncoming(ctx: Ctx, { incomingId }: { incomingId: string }): Promise<void> {
  const begun = await begin(ctx, incomingId);
  if (!begun) return;
  const { row } = begun;
  try {
    const url = importerUrl();
    if (!url) throw new NoImporter("no login to put rows in");
    const done = (await lasted(url, row)) ?? (await run(ctx, url, begun));
    const told = await ownersToTell(row, begun.email);
    await withTransaction(ctx, (tx) => endImport(tx, row, { ...done, told }));
    await link(ctx, begun).catch(linkLater(incomingId));
  } catch (error) {
    if (error instanceof ImportRefused || error instanceof BadPackage) {
      log.warn({ incomingId, why: error.message }, "a package was not taken over");
      await refuse(ctx, begun, error.message);
    } else {
      // What lies there after all is no dead letter.
      if (row.fence >= config.transfers.receive.tries && (await giveUpImport(ctx, row.id))) return;
      throw error;
    }
  }
  await removeIncoming(ctx, row.id);
}

/**
 * Ends a package that cannot be put in. An overtaken try says nothing: what it met may be the rows of the newer one.
 * @throws StillRunning when another try began
 */
function refuse(ctx: Ctx, { row, fence }: Try, failure: string): Promise<void> {
  return withTransaction(ctx, async (tx) => {
    const now = await lockIncoming(tx, row.id);
    if (!now || incomingState(now) !== "importing") return;
    if (now.fence !== fence) throw new StillRunning("overtaken");
    await endImport(tx, now, { failure });
  });
}

/**
 * Ends a package that was tried as often as it is, and removes it. The platform is asked first whether the last try lasted: a worker
 * may have fallen between its commit and our note of it. Safe to run twice.
 * @returns whether its rows lie in the platform after all
 */
export async function giveUpImport(ctx: Ctx, incomingId: string): Promise<boolean> {
  const [row, person] = await withRead(ctx, async (tx) => {
    const [found] = await tx.db.select().from(incomingTransfers).where(eq(incomingTransfers.id, incomingId));
    const by = sql`${people.id} = ${found?.acceptedBy ?? null}`;
    return [found, (await tx.db.select().from(people).where(by))[0]] as const;
  });
  if (!row || incomingState(row) !== "importing") return false;
  const became = await fateOf(row);
  // Not over yet: the next round of `transfer.tend` asks again.
  if (became === "in progress") return false;
  // What is there stands as taken over, though its company's owners cannot be asked for.
  const told = became === "committed" && person ? await ownersToTell(row, person.email).catch(() => null) : null;
  const ended = await withTransaction(ctx, async (tx) => {
    const now = await lockIncoming(tx, incomingId);
    // Another try began meanwhile, or ended it.
    if (!now || now.fence !== row.fence || now.importTransaction !== row.importTransaction) return false;
    if (incomingState(now) !== "importing") return false;
    if (became === "committed") return endImport(tx, now, { ...notedOf(now), told });
    return endImport(tx, now, { failure: became === "aborted" ? "never-through" : "unknown" });
  });
  if (!ended) return false;
  if (became !== "committed") log.error({ incomingId, became }, "a package was given up");
  else if (person) await link(ctx, { email: person.email, personId: person.id }).catch(linkLater(incomingId));
  await removeIncoming(ctx, incomingId);
  return became === "committed";
}

/** What became of the last try; null where nobody can be asked, or knows. */
async function fateOf({ id, importTransaction }: IncomingRow): Promise<Status | null> {
  if (!importTransaction) return "aborted";
  try {
    const url = importerUrl();
    return url ? await statusOf(url, importTransaction) : null;
  } catch (err) {
    log.warn({ incomingId: id, err }, "the platform does not say whether an import lasted");
    return null;
  }
}

const linkLater =
  (incomingId: string) =>
  (err: unknown): void =>
    log.warn({ incomingId, err }, "an imported person was not linked yet");

function begin(ctx: Ctx, incomingId: string): Promise<Try | null> {
  return withTransaction(ctx, async (tx) => {
    const [row] = await tx.db
      .select()
      .from(incomingTransfers)
      .where(eq(incomingTransfers.id, incomingId))
      .for("update");
    if (!row?.acceptedBy || !row.wrappedKey || incomingState(row) !== "importing") return null;
    const [person] = await tx.db.select().from(people).where(eq(people.id, row.acceptedBy));
    if (!person) return null;
    const fence = row.fence + 1;
    await tx.db.update(incomingTransfers).set({ fence }).where(eq(incomingTransfers.id, row.id));
    return { row: { ...row, fence }, fence, email: person.email, personId: person.id };
  });
}

/** What an earlier try put in for good; null when it did not come to that. */
async function lasted(url: string, row: IncomingRow): Promise<Imported | null> {
  if (!row.importTransaction) return null;
  const status = await statusOf(url, row.importTransaction);
  if (status === "in progress") throw new StillRunning("an earlier try is not over");
  return status === "committed" ? notedOf(row) : null;
}

/** What was noted of a try before it lasted. */
const notedOf = (row: IncomingRow): Imported => ({
  rows: row.rowsImported ?? 0,
  contents: row.contents ?? [],
  transaction: row.importTransaction ?? "",
});

async function run(ctx: Ctx, url: string, { row, fence, email }: Try): Promise<Imported> {
  const key = unwrapKey(row.id, row.wrappedKey as Buffer);
  const zip = await IncomingZip.open(row, key, { unpacked: config.transfers.receive.maxUnpackedBytes });
  const manifest = await readManifest(zip, row.sha256);
  const [home, { scope }] = [homeSystem(), row];
  const here = scope === "person" ? await findPlatformPerson(email) : null;
  const order = { ...{ home, scope, zip, here, address: email }, files: filesByPath(manifest.resources) };
  const matched = matchCollections(manifest, scope);
  return importRows(url, { ...order, matched }, async ({ rows, contents, transaction }) => {
    const noted = await withTransaction(ctx, (tx) =>
      tx.db
        .update(incomingTransfers)
        .set({ importTransaction: transaction, rowsImported: rows, contents })
        .where(
          and(
            eq(incomingTransfers.id, row.id),
            eq(incomingTransfers.fence, fence),
            isNull(incomingTransfers.importedAt),
            isNull(incomingTransfers.importFailedAt),
            isNull(incomingTransfers.declinedAt),
          ),
        ),
    );
    // Another try began: this one must not last.
    if (noted.count === 0) throw new StillRunning("overtaken");
  });
}

/** The platform knows them by now; their own pages here should too. */
async function link(ctx: Ctx, { email, personId }: Pick<Try, "email" | "personId">): Promise<void> {
  const found = await findPlatformPerson(email);
  if (!found) return;
  await withTransaction(ctx, async (tx) => {
    const { userId: platformUserId, companyId: platformCompanyId, owner: platformOwner } = found;
    await tx.db
      .update(people)
      .set({ platformUserId, platformCompanyId, platformOwner, linkedAt: tx.now })
      .where(and(eq(people.id, personId), isNull(people.erasedAt)));
  });
}
