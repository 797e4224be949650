import { and, eq, isNull, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import { parseAddress } from "../auth/address";
import { consume } from "../auth/rate-limit";
import type { Ctx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { sealWithMaster } from "../crypto/seal";
import { incomingTransfers } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { env } from "../env";
import type { callOutside } from "../http/post-outside";
import { newId } from "../ids";
import { addressHash, addressPlace } from "./address-hash";
import { answerState } from "./answer-state";
import { discover } from "./discover";
import { newWrappedKey } from "./incoming-files";
import { type Header, isFirst } from "./known-call";
import { receives } from "./own-identity";
import { chunkBytes, type Discovery, type Offer, parseOffer, type ReceiverState } from "./protocol";
import { signedCallId } from "./signed-call";
import { incomingState } from "./states";

/** An offer with a thousand parts has about a hundred kilobytes. */
export const maxOfferBytes = 192 * 1024;

export type OfferOutcome =
  | { kind: "taken"; state: ReceiverState }
  | {
      kind: "closed" | "malformed" | "too-many" | "too-large" | "forged" | "replayed" | "contradicts" | "gone";
    };

/**
 * Takes another provider's offer of a package. The sender names its origin; whoever answers there has to sign our nonce, and the
 * offer has to be signed with that very key (W1, S27). The answer is the same whether or not somebody here has the address (S16).
 * The same offer again is the same transfer, another one under its id is refused (R7).
 */
export async function takeOffer(
  ctx: Ctx,
  { body, header, network }: { body: Buffer; header: Header; network: string | null },
  call?: typeof callOutside,
): Promise<OfferOutcome> {
  if (!receives()) return { kind: "closed" };
  for (const [kind, key] of [
    ["transfer-offer.network", network],
    ["transfer-offer.all", "all"],
  ] as const)
    if (!(await consume(kind, key)).ok) return { kind: "too-many" };
  const offer = parseOffer(body.toString("utf8"));
  const address = offer ? parseAddress(offer.for) : null;
  if (!offer || !address || offer.origin === env().APP_URL) return { kind: "malformed" };
  if (offer.package.bytes > config.transfers.receive.maxBytes) return { kind: "too-large" };
  if (!(await consume("transfer-offer.origin", offer.origin)).ok) return { kind: "too-many" };
  const sender = await discover(offer.origin, call ? { call } : {});
  if (!sender.ok) return { kind: "forged" };
  const callId = signedCallId(sender.value.key.x, { verb: "offer", transferId: offer.id }, body, header);
  if (callId === null) return { kind: "forged" };
  return withTransaction(ctx, (tx) => store(tx, offer, { address, body, sender: sender.value, callId }));
}

type From = { address: string; body: Buffer; sender: Discovery; callId: string };

async function store(tx: Tx, offer: Offer, { address, body, sender, callId }: From): Promise<OfferOutcome> {
  if (!(await isFirst(tx, offer.origin, callId))) return { kind: "replayed" };
  // One offer at a time: two at once would both find room for one.
  await tx.db.execute(sql`select pg_advisory_xact_lock(5136224908817406)`);
  const known = and(eq(incomingTransfers.senderId, offer.id), eq(incomingTransfers.senderOrigin, offer.origin));
  const [held] = await tx.db
    .select({
      bytes: sql<number>`coalesce(sum(bytes), 0)::float8`,
      theirs: sql<number>`coalesce(sum(bytes) filter (where sender_origin = ${offer.origin}), 0)::float8`,
      known: sql<boolean>`coalesce(bool_or(${known}), false)`,
    })
    .from(incomingTransfers)
    .where(isNull(incomingTransfers.removedAt));
  const { maxHeldBytes, maxBytes } = config.transfers.receive;
  // No single sender takes up all the room there is; what is on record already is not counted twice.
  const [all, theirs] = [held?.bytes ?? 0, held?.theirs ?? 0].map((bytes) => bytes + offer.package.bytes) as [
    number,
    number,
  ];
  if (!held?.known && (all > maxHeldBytes || theirs > Math.max(maxHeldBytes / 4, maxBytes)))
    return { kind: "too-many" };
  const id = newId();
  const offerSha256 = sha256Hex(body);
  const { sha256, bytes, parts } = offer.package;
  const made = await tx.db
    .insert(incomingTransfers)
    .values({
      ...{ id, senderId: offer.id, senderOrigin: offer.origin, senderName: sender.name, senderKey: sender.key.x },
      ...{ scope: offer.scope, offerSha256, sha256, bytes, parts, chunkBytes },
      addressHash: addressHash(address),
      address: sealWithMaster(addressPlace(id), address),
      wrappedKey: newWrappedKey(id),
      offeredAt: tx.now,
      // Nobody holds room by offers alone: the first piece makes it last (take-chunk.ts).
      expiresAt: tx.now.add({ hours: config.transfers.receive.offerHours }),
    })
    .onConflictDoNothing();
  const [row] = await tx.db
    .select()
    .from(incomingTransfers)
    .where(and(eq(incomingTransfers.senderId, offer.id), eq(incomingTransfers.senderOrigin, offer.origin)));
  if (!row) return { kind: "contradicts" };
  if (row.offerSha256 !== offerSha256 || row.senderKey !== sender.key.x) return { kind: "contradicts" };
  if (["withdrawn", "declined", "expired"].includes(incomingState(row))) return { kind: "gone" };
  if (made.count > 0)
    await recordAudit(tx, {
      action: "incoming.offered",
      object: { type: "incoming-transfer", id },
      payload: { scope: offer.scope, bytes, parts: parts.length },
    });
  return { kind: "taken", state: await answerState(tx, row) };
}
