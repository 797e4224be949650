import { and, eq, isNull, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { collectionLabel } from "../data-map/collection-label";
import { findPlatformPerson } from "../data-map/find-platform-person";
import { homeSystem } from "../data-map/load";
import { incomingTransfers, people } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { log } from "../log";
import { queueMail } from "../mail/queue-mail";
import { type Imported, importRows, statusOf } from "./import-rows";
import { importWords } from "./import-words";
import { unwrapKey } from "./incoming-files";
import { matchCollections, readManifest } from "./incoming-manifest";
import { BadPackage, IncomingZip } from "./incoming-zip";
import { importerUrl } from "./own-identity";
import { removeIncoming } from "./remove-incoming";
import { filesByPath, ImportRefused } from "./stage-rows";
import { type IncomingRow, incomingState } from "./states";

type Try = { row: IncomingRow; fence: number; email: string; personId: string };

/** An earlier try's transaction is not over yet; the queue tries again. */
class StillRunning extends Error {
  override name = "StillRunning";
}

/**
 * Job: puts a package that its person took over into the platform. All of its rows lie there afterwards, or none: a try that fell
 * between the platform's commit and our note of it is recognised by that transaction's id, and never done twice (R2, R3).
 */
export async function importIncoming(ctx: Ctx, { incomingId }: { incomingId: string }): Promise<void> {
  const url = importerUrl();
  const begun = await begin(ctx, incomingId);
  if (!begun || !url) return;
  const { row } = begun;
  try {
    const done = (await lasted(url, row)) ?? (await run(ctx, url, begun));
    await withTransaction(ctx, (tx) => finish(tx, begun, done));
    await link(ctx, begun).catch((err) => log.warn({ incomingId, err }, "an imported person was not linked yet"));
  } catch (error) {
    if (!(error instanceof ImportRefused || error instanceof BadPackage)) throw error;
    log.warn({ incomingId, why: error.message }, "a package was not taken over");
    await withTransaction(ctx, (tx) => giveUp(tx, begun, error.message));
  }
  await removeIncoming(ctx, row.id);
}

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
  return status === "committed" ? { rows: row.rowsImported ?? 0, transaction: row.importTransaction } : null;
}

async function run(ctx: Ctx, url: string, { row, fence, email }: Try): Promise<Imported> {
  const key = unwrapKey(row.id, row.wrappedKey as Buffer);
  const zip = await IncomingZip.open(row, key, { unpacked: config.transfers.receive.maxUnpackedBytes });
  const manifest = await readManifest(zip, row.sha256);
  const { arrived } = matchCollections(manifest);
  const order = { home: homeSystem(), zip, arrived, files: filesByPath(manifest.resources), address: email };
  return importRows(url, order, async ({ rows, transaction }) => {
    const noted = await withTransaction(ctx, (tx) =>
      tx.db
        .update(incomingTransfers)
        .set({ importTransaction: transaction, rowsImported: rows })
        .where(
          and(
            eq(incomingTransfers.id, row.id),
            eq(incomingTransfers.fence, fence),
            isNull(incomingTransfers.importedAt),
            isNull(incomingTransfers.declinedAt),
          ),
        ),
    );
    // Another try began: this one must not last.
    if (noted.count === 0) throw new StillRunning("overtaken");
  });
}

const unended = (row: IncomingRow) =>
  and(eq(incomingTransfers.id, row.id), isNull(incomingTransfers.importedAt), isNull(incomingTransfers.importFailedAt));

async function finish(tx: Tx, { row, email, personId }: Try, { rows }: Imported): Promise<void> {
  const done = await tx.db
    .update(incomingTransfers)
    .set({ importedAt: tx.now, rowsImported: rows })
    .where(unended(row));
  if (done.count === 0) return;
  await recordAudit(tx, {
    action: "incoming.imported",
    object: { type: "incoming-transfer", id: row.id },
    payload: { rows, attempts: row.fence },
  });
  await queueMail(tx, {
    template: "transfer-imported",
    to: email,
    personId,
    kind: "security",
    idempotencyKey: `transfer-imported-${row.id}`,
    props: { incomingId: row.id, origin: row.senderOrigin, rows: new Intl.NumberFormat("en").format(rows), why: null },
  });
}

async function giveUp(tx: Tx, { row, email, personId }: Try, failure: string): Promise<void> {
  const done = await tx.db
    .update(incomingTransfers)
    .set({ importFailure: failure, importFailedAt: tx.now, importTransaction: sql`null`, rowsImported: sql`null` })
    .where(unended(row));
  if (done.count === 0) return;
  await recordAudit(tx, {
    action: "incoming.not-imported",
    object: { type: "incoming-transfer", id: row.id },
    payload: { failure },
  });
  await queueMail(tx, {
    template: "transfer-imported",
    to: email,
    personId,
    kind: "security",
    idempotencyKey: `transfer-imported-${row.id}`,
    props: { incomingId: row.id, origin: row.senderOrigin, rows: "0", why: importWords(failure, labelOf) },
  });
}

const labelOf = (collection: string): string => collectionLabel(homeSystem().name, collection);

/** The platform knows them by now; their own pages here should too. */
async function link(ctx: Ctx, { email, personId }: Try): Promise<void> {
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
