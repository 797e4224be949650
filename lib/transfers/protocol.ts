import canonicalize from "canonicalize";
import { z } from "zod";
import { isSigned, type PublicKey, publicKey, verifyingKey } from "../crypto/ed25519";

/** The protocol's name and version, in every document that is signed. */
export const protocol = "data-transfer/1";
export const packageFormat = "datapackage-2";
/** Where a provider proves itself, under its origin. */
export const discoveryPath = "/.well-known/data-transfer.json";
/** What a receiver of this product takes at once; another may ask for something else within these bounds. */
export const chunkBytes = 4 * 1024 * 1024;
const chunkBounds = { least: 64 * 1024, most: 16 * 1024 * 1024 };
export const mostParts = 1000;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const nonce = z.string().regex(/^[\w-]{43}$/);
/** One line of a stranger's: no control characters, no line breaks, nothing that turns the text around. */
const line = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+$/u);
const origin = z
  .string()
  .max(300)
  .refine((text) => URL.parse(text)?.origin === text, "is no origin");
const scope = z.enum(["person", "company"]);

const discoveryShape = z.object({
  type: z.literal("discovery"),
  protocol: z.literal(protocol),
  origin,
  name: line,
  contact: line,
  endpoint: z.string().max(500),
  key: z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string().regex(/^[\w-]{43}$/) }),
  /** The scopes it takes; empty while it takes nothing, and only sends. */
  accepts: z.array(scope).max(2),
  formats: z.array(z.string().max(50)).max(20),
  maxBytes: z.number().int().nonnegative(),
  nonce,
  signature: z.string(),
});
export type Discovery = Omit<z.infer<typeof discoveryShape>, "key" | "signature"> & { key: PublicKey };

/** What is signed of a document: its canonical form (RFC 8785) without the signature. */
export const signedText = (document: Record<string, unknown>): string =>
  String(canonicalize({ ...document, signature: undefined }));

/**
 * A provider's proof that it holds its key and answers at this very origin, now: it signed the nonce that it was asked with.
 * @returns null when anything is not as it has to be
 */
export function parseDiscovery(text: string, asked: { origin: string; nonce: string }): Discovery | null {
  const raw = parseJson(text);
  const parsed = discoveryShape.safeParse(raw);
  if (!parsed.success) return null;
  const { signature, ...document } = parsed.data;
  if (document.origin !== asked.origin || document.nonce !== asked.nonce) return null;
  if (URL.parse(document.endpoint)?.origin !== asked.origin || /[?#]/.test(document.endpoint)) return null;
  // Whatever else it says is signed too.
  if (!isSignedBy(document.key.x, raw as Record<string, unknown>, signature)) return null;
  return { ...document, key: publicKey(document.key.x) };
}

/** False for a key that is none, too. */
export function isSignedBy(x: string, document: Record<string, unknown>, signature: string): boolean {
  try {
    return isSigned(verifyingKey(publicKey(x)), signedText(document), signature);
  } catch {
    return false;
  }
}

const offerShape = z.strictObject({
  type: z.literal("offer"),
  protocol: z.literal(protocol),
  /** The sender's id of the transfer. */
  id: z.uuid(),
  origin,
  scope,
  /** The address that the person proved to the sender, and will prove to the receiver. */
  for: z.string().min(3).max(254),
  package: z.strictObject({
    format: z.literal(packageFormat),
    /** Of datapackage.json, which holds the hash of every file. */
    sha256,
    bytes: z.number().int().positive(),
    parts: z
      .array(z.strictObject({ bytes: z.number().int().positive(), sha256 }))
      .min(1)
      .max(mostParts),
  }),
});
export type Offer = z.infer<typeof offerShape>;

/** What a sender offers; null for anything else, never an exception (H4). */
export function parseOffer(text: string): Offer | null {
  const parsed = offerShape.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const { bytes, parts } = parsed.data.package;
  return parts.reduce((sum, part) => sum + part.bytes, 0) === bytes ? parsed.data : null;
}

export const receiverStates = ["receiving", "checking", "arrived", "refused"] as const;

const stateShape = z.object({
  /** The receiver's id, which stands in the addresses. */
  id: z.uuid(),
  state: z.enum(receiverStates),
  chunkBytes: z.number().int().min(chunkBounds.least).max(chunkBounds.most),
  /** For each part the first byte that is missing. */
  next: z.array(z.number().int().nonnegative()).max(mostParts),
  refusal: z.string().max(100).nullable().optional(),
  acknowledgement: z.string().max(10_000).nullable().optional(),
  /** Of what arrived: whether its person took it over; null while they have not decided, or it is being put in. */
  outcome: z.enum(["taken-over", "not-taken-over"]).nullable().optional(),
});
export type ReceiverState = z.infer<typeof stateShape>;

export function parseState(text: string | null): ReceiverState | null {
  const parsed = stateShape.safeParse(parseJson(text ?? ""));
  return parsed.success ? parsed.data : null;
}

const acknowledgementShape = z.object({
  type: z.literal("acknowledgement"),
  protocol: z.literal(protocol),
  /** The sender's id. */
  id: z.uuid(),
  sender: origin,
  receiver: origin,
  sha256,
  bytes: z.number().int(),
  at: z.string().max(40),
  signature: z.string(),
});

/** True for the receiver's own words that exactly this package arrived whole, for exactly this transfer. */
export function isAcknowledged(
  text: string,
  about: { id: string; sender: string; receiver: string; key: string; sha256: string; bytes: number },
): boolean {
  const raw = parseJson(text);
  const parsed = acknowledgementShape.safeParse(raw);
  if (!parsed.success) return false;
  const { id, sender, receiver, sha256, bytes, signature } = parsed.data;
  const same =
    id === about.id &&
    sender === about.sender &&
    receiver === about.receiver &&
    sha256 === about.sha256 &&
    bytes === about.bytes;
  return same && isSignedBy(about.key, raw as Record<string, unknown>, signature);
}

const recallShape = z.object({ answer: z.enum(["deleted", "taken-over"]) });

/** What a receiver says to a DELETE. */
export function parseRecall(text: string | null): "deleted" | "taken-over" | null {
  const parsed = recallShape.safeParse(parseJson(text ?? ""));
  return parsed.success ? parsed.data.answer : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
