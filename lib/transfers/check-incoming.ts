import { createHash } from "node:crypto";
import { and, eq, isNull } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import { consume } from "../auth/rate-limit";
import type { Ctx } from "../context";
import { openWithMaster } from "../crypto/seal";
import { homeSystem } from "../data-map/load";
import { type IncomingContents, incomingTransfers } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { env } from "../env";
import { inWords } from "../in-words";
import { log } from "../log";
import { queueMail } from "../mail/queue-mail";
import { addressPlace } from "./address-hash";
import { previewIntake } from "./import-rows";
import { unwrapKey } from "./incoming-files";
import { checkFiles, type Manifest, matchCollections, readManifest } from "./incoming-manifest";
import { BadPackage, IncomingZip, partBytes } from "./incoming-zip";
import { importerUrl, signDocument } from "./own-identity";
import { protocol } from "./protocol";
import { removeIncoming } from "./remove-incoming";
import { type IncomingRow, incomingState } from "./states";

/**
 * Job: checks a package that was sent whole: the hash of every part, the manifest, the hash and length of every file, and what of it
 * can be taken over here. Then signs for it, for the sender, and tells its person. A package that is not as it was offered is
 * refused and removed. Only the first run's result counts, so it may run any number of times.
 */
export async function checkIncoming(
  ctx: Ctx,
  { incomingId }: { incomingId: string },
  signal?: AbortSignal,
): Promise<void> {
  const row = await withTransaction(ctx, async (tx) => {
    const [found] = await tx.db
      .select()
      .from(incomingTransfers)
      .where(eq(incomingTransfers.id, incomingId))
      .for("update");
    if (!found?.wrappedKey || incomingState(found) !== "checking") return null;
    const checks = found.checks + 1;
    await tx.db.update(incomingTransfers).set({ checks }).where(eq(incomingTransfers.id, incomingId));
    return { ...found, wrappedKey: found.wrappedKey, checks };
  });
  if (!row) return;
  try {
    const key = unwrapKey(row.id, row.wrappedKey);
    for (const [at, { sha256 }] of row.parts.entries()) {
      const hash = createHash("sha256");
      for await (const piece of partBytes(row, key, at + 1)) {
        signal?.throwIfAborted();
        hash.update(piece);
      }
      if (hash.digest("hex") !== sha256) throw new BadPackage("part-digest");
    }
    const zip = await IncomingZip.open(row, key, { unpacked: config.transfers.receive.maxUnpackedBytes });
    const manifest = await readManifest(zip, row.sha256);
    await checkFiles(zip, manifest);
    const contents = await preview(manifest, row.scope);
    await withTransaction(ctx, (tx) => accept(tx, row, contents));
  } catch (error) {
    if (!(error instanceof BadPackage)) {
      if (row.checks >= config.transfers.receive.tries && !signal?.aborted) await giveUpCheck(ctx, row.id);
      throw error;
    }
    log.warn({ incomingId, why: error.message }, "a package that came in was refused");
    await withTransaction(ctx, (tx) => refuse(tx, row, error.message));
    await removeIncoming(ctx, row.id);
  }
}

/** What would be taken over here, and what not; by the package alone where nothing can be put in just now. */
async function preview(manifest: Manifest, scope: IncomingRow["scope"]): Promise<IncomingContents> {
  const [url, matched] = [importerUrl(), matchCollections(manifest, scope)];
  return url ? (await previewIntake(url, { home: homeSystem(), scope, matched })).contents : matched.contents;
}

/** Refuses and removes a package that could not be checked, however often it was tried; its sender is told as of any other. Safe to run twice. */
export async function giveUpCheck(ctx: Ctx, incomingId: string): Promise<void> {
  const ended = await withTransaction(ctx, async (tx) => {
    const [row] = await tx.db.select().from(incomingTransfers).where(eq(incomingTransfers.id, incomingId));
    if (!row || incomingState(row) !== "checking") return false;
    await refuse(tx, row, "not-checked");
    return true;
  });
  if (!ended) return;
  log.error({ incomingId }, "a package that came in was given up");
  await removeIncoming(ctx, incomingId);
}

const stillOpen = (row: IncomingRow) =>
  and(
    eq(incomingTransfers.id, row.id),
    isNull(incomingTransfers.verifiedAt),
    isNull(incomingTransfers.refusedAt),
    isNull(incomingTransfers.withdrawnAt),
    isNull(incomingTransfers.declinedAt),
    // Its time was over while it was checked: nothing lies here of which one could say that it arrived.
    isNull(incomingTransfers.removedAt),
  );

async function accept(tx: Tx, row: IncomingRow, contents: IncomingContents): Promise<void> {
  const acknowledgement = JSON.stringify(
    signDocument({
      ...{ type: "acknowledgement", protocol, id: row.senderId, sender: row.senderOrigin, receiver: env().APP_URL },
      ...{ sha256: row.sha256, bytes: row.bytes, at: tx.now.toString({ smallestUnit: "second" }) },
    }),
  );
  const expiresAt = tx.now.add({ hours: 24 * config.transfers.receive.keepDays });
  const done = await tx.db
    .update(incomingTransfers)
    .set({ verifiedAt: tx.now, contents, acknowledgement, expiresAt })
    .where(stillOpen(row));
  if (done.count === 0) return;
  await recordAudit(tx, {
    action: "incoming.verified",
    object: { type: "incoming-transfer", id: row.id },
    payload: { bytes: row.bytes, collections: contents.length },
  });
  // A sender that is a stranger to them gets to write to nobody more than a few times a day; the page shows all.
  if (!row.address || !row.addressHash || !(await consume("transfer-offer.address", row.addressHash)).ok) return;
  await queueMail(tx, {
    template: "transfer-incoming",
    to: openWithMaster(addressPlace(row.id), row.address),
    kind: "security",
    idempotencyKey: `transfer-incoming-${row.id}`,
    props: { origin: row.senderOrigin, expiresAt: inWords(expiresAt, "UTC") },
  });
}

async function refuse(tx: Tx, row: IncomingRow, refusal: string): Promise<void> {
  const done = await tx.db.update(incomingTransfers).set({ refusal, refusedAt: tx.now }).where(stillOpen(row));
  if (done.count === 0) return;
  await recordAudit(tx, {
    action: "incoming.refused",
    object: { type: "incoming-transfer", id: row.id },
    payload: { refusal },
  });
}
