import { eq } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { completeDataRequest } from "../cases/complete-data-request";
import { recordEvent } from "../cases/record-event";
import type { Ctx } from "../context";
import { findPlatformPerson } from "../data-map/find-platform-person";
import { transfers } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { env } from "../env";
import { readPart } from "../exports/open-parts";
import { faultPoint } from "../faults";
import type { callOutside } from "../http/post-outside";
import { enqueue } from "../jobs/queue";
import { log } from "../log";
import { backoffSeconds } from "./backoff";
import { beginPush, Overtaken, type Push, whileNewest } from "./begin-push";
import { callProvider, digestOf, TransferFault, type Wire } from "./call-provider";
import { discover } from "./discover";
import { endTransfer } from "./end-transfer";
import { isAcknowledged, packageFormat, parseState, protocol, type ReceiverState } from "./protocol";

/** Seconds between two questions whether the receiver has checked everything. */
const askAgain = 2;

/**
 * Job: sends a package to the provider that its person confirmed, from where the receiver has it, in pieces that it checks one by
 * one; asks for its signed word that all arrived. May run any number of times, killed at any point: the receiver says what it has, a
 * piece that comes twice changes nothing there, and a try that was overtaken or taken back writes nothing here (R2, R3).
 *
 * What fails is tried again for `transfers.tryDays` days, ever more seldom; 410 and a refusal end it at once (W1).
 */
export async function pushTransfer(
  ctx: Ctx,
  { transferId }: { transferId: string },
  { signal, call }: { signal?: AbortSignal; call?: typeof callOutside } = {},
): Promise<void> {
  const push = await beginPush(ctx, transferId);
  if (push === null) return;
  if ("failure" in push) {
    await withTransaction(ctx, (tx) => endTransfer(tx, transferId, { failure: push.failure }));
    return completeIfEnded(ctx, push.packageId);
  }
  const wire: Wire = { endpoint: push.row.endpoint, transferId, signal, ...(call ? { call } : {}) };
  try {
    await checkSides(push, wire);
    const state = await send(ctx, push, wire);
    await settle(ctx, push, state);
  } catch (error) {
    if (error instanceof Overtaken) return log.info({ transferId, fence: push.fence }, "transfer try overtaken");
    if (!(error instanceof TransferFault)) throw error;
    await note(ctx, push, error);
  }
  await completeIfEnded(ctx, push.row.packageId);
}

/** Both ends are still who they were: the company's owner here, the key that the person confirmed there. */
async function checkSides(push: Push, wire: Wire): Promise<void> {
  const { row } = push;
  if (row.scope === "company") {
    const now = await findPlatformPerson(push.email).catch(() => {
      throw new TransferFault("failed", "platform-unreachable");
    });
    if (!now?.owner || now.userId !== push.platformUserId || now.companyId !== push.companyId)
      throw new TransferFault("refused", "not-owner");
  }
  const found = await discover(row.origin, {
    ...(wire.signal ? { signal: wire.signal } : {}),
    ...(wire.call ? { call: wire.call } : {}),
  });
  if (!found.ok) throw new TransferFault("failed", found.reason);
  if (found.value.key.x !== row.publicKey) throw new TransferFault("refused", "other-key");
}

async function send(ctx: Ctx, push: Push, wire: Wire): Promise<ReceiverState> {
  const { parts } = push;
  const taken = (await known(push, wire)) ?? (await offer(ctx, push, wire));
  if (taken.state !== "receiving") return taken;
  for (const [at, part] of parts.entries()) {
    for (let from = taken.next[at] ?? 0; from < part.bytes; from += taken.chunkBytes) {
      const last = Math.min(from + taken.chunkBytes, part.bytes) - 1;
      const body = await readPart(part, from, last);
      await faultPoint("transfer.part");
      await callProvider(wire, { verb: "part", part: at + 1, offset: from }, body, {
        "content-range": `bytes ${from}-${last}/${part.bytes}`,
        // RFC 9530: of these bytes, and of the whole part that they are a piece of.
        "content-digest": digestOf(body),
        "repr-digest": `sha-256=:${Buffer.from(part.sha256, "hex").toString("base64")}:`,
      });
      await sent(ctx, push, at, last + 1);
    }
  }
  return stateIn(await callProvider(wire, { verb: "complete" }), push);
}

/** What the receiver has of a transfer that it took earlier; null when it does not know of it (any more). */
async function known(push: Push, wire: Wire): Promise<ReceiverState | null> {
  if (!push.row.offeredAt) return null;
  try {
    return stateIn(await callProvider(wire, { verb: "state" }), push);
  } catch (error) {
    if (error instanceof TransferFault && error.message === "status-401") return null;
    throw error;
  }
}

async function offer(ctx: Ctx, push: Push, wire: Wire): Promise<ReceiverState> {
  const { row, parts, bytes, sha256 } = push;
  const offered = {
    ...{ type: "offer", protocol, id: row.id, origin: env().APP_URL, scope: row.scope, for: push.email },
    package: {
      ...{ format: packageFormat, sha256, bytes },
      parts: parts.map((part) => ({ bytes: part.bytes, sha256: part.sha256 })),
    },
  };
  const taken = stateIn(await callProvider(wire, { verb: "offer" }, Buffer.from(JSON.stringify(offered))), push);
  await whileNewest(ctx, push, async (tx) => {
    if (row.offeredAt) return;
    await tx.db.update(transfers).set({ offeredAt: tx.now }).where(eq(transfers.id, row.id));
    await recordEvent(tx, { caseId: row.caseId, type: "transfer.offered", detail: { transferId: row.id } });
  });
  return taken;
}

/** Notes how far it is; also how a try learns that it was overtaken or taken back. */
async function sent(ctx: Ctx, push: Push, at: number, until: number): Promise<void> {
  const before = push.parts.slice(0, at).reduce((sum, part) => sum + part.bytes, 0);
  await whileNewest(ctx, push, async (tx) => {
    // What got through ends the days of trying, and they begin anew with the next failure.
    const through = { failures: 0, lastFailure: null, failingSince: null };
    await tx.db
      .update(transfers)
      .set({ bytesSent: before + until, ...through })
      .where(eq(transfers.id, push.row.id));
  });
}

/** @throws TransferFault when the answer is none, or about another transfer */
function stateIn({ body }: { body: string | null }, { row, parts }: Push): ReceiverState {
  const state = parseState(body);
  if (!state || state.id !== row.id || state.next.length !== parts.length)
    throw new TransferFault("failed", "unreadable-answer");
  return state;
}

async function settle(ctx: Ctx, push: Push, state: ReceiverState): Promise<void> {
  const { row, bytes, sha256 } = push;
  if (state.state === "refused") throw new TransferFault("refused", "not-accepted");
  if (state.state === "receiving") throw new TransferFault("failed", "incomplete");
  if (state.state === "checking") {
    await whileNewest(ctx, push, async (tx) => {
      await tx.db
        .update(transfers)
        .set({ sentAt: row.sentAt ?? tx.now, bytesSent: bytes, failures: 0, lastFailure: null, failingSince: null })
        .where(eq(transfers.id, row.id));
      // Ever more seldom, while a large package is checked.
      const waited = row.sentAt ? tx.now.since(row.sentAt).total("seconds") : 0;
      const seconds = Math.min(Math.max(askAgain, Math.round(waited / 4)), 300);
      await enqueue(tx, "transfer.push", { transferId: row.id }, { startAfter: tx.now.add({ seconds }) });
    });
    return;
  }
  const { acknowledgement } = state;
  const about = { id: row.id, sender: env().APP_URL, receiver: row.origin, key: row.publicKey, sha256, bytes };
  if (!acknowledgement || !isAcknowledged(acknowledgement, about))
    throw new TransferFault("failed", "unsigned-acknowledgement");
  await whileNewest(ctx, push, (tx) => endTransfer(tx, row.id, { acknowledgement, bytes }));
}

/** What becomes of a try that did not get through. */
async function note(ctx: Ctx, push: Push, fault: TransferFault): Promise<void> {
  const { row, fence } = push;
  log.warn({ transferId: row.id, fence, why: fault.message }, "a transfer did not get through");
  await whileNewest(ctx, push, async (tx) => {
    const [now] = await tx.db.select().from(transfers).where(eq(transfers.id, row.id));
    const failures = (now?.failures ?? 0) + 1;
    const failingSince = now?.failingSince ?? tx.now;
    const given = failingSince.add({ hours: 24 * config.transfers.tryDays });
    const final = fault.kind !== "failed" || Temporal.Instant.compare(given, tx.now) <= 0;
    await tx.db
      .update(transfers)
      .set({ failures, failingSince, lastFailure: fault.message })
      .where(eq(transfers.id, row.id));
    if (final) return endTransfer(tx, row.id, { failure: fault.message });
    const startAfter = tx.now.add({ seconds: backoffSeconds(failures) });
    await enqueue(tx, "transfer.push", { transferId: row.id }, { startAfter });
  }).catch((error) => {
    if (!(error instanceof Overtaken)) throw error;
  });
}

/** A package that arrived is the answer; one that cannot be sent lies ready for the person, and is the answer too. */
const completeIfEnded = (ctx: Ctx, packageId: string): Promise<void> => completeDataRequest(ctx, { packageId });
