import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { systemCtx } from "@/lib/context";
import { publicKeyOf, signText } from "@/lib/crypto/ed25519";
import type { callOutside } from "@/lib/http/post-outside";
import { newId } from "@/lib/ids";
import { type ChunkOutcome, takeChunk } from "@/lib/transfers/take-chunk";
import { type OfferOutcome, takeOffer } from "@/lib/transfers/take-offer";

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
const field = (hash: Buffer) => `sha-256=:${hash.toString("base64")}:`;
const ctx = systemCtx("test");

/** Another provider, with a key of its own, which calls us as it likes. */
export class Stranger {
  key: KeyObject = generateKeyPairSync("ed25519").privateKey;
  readonly origin: string;

  constructor(origin: string) {
    this.origin = origin;
  }

  /** What stands at its well-known address. */
  readonly #answers: typeof callOutside = async (_method, address) => {
    const nonce = new URL(address).searchParams.get("nonce");
    const document = {
      ...{
        type: "discovery",
        protocol: "data-transfer/1",
        origin: this.origin,
        name: "Stranger",
        contact: "a@b.example",
      },
      ...{ endpoint: `${this.origin}/api`, key: publicKeyOf(this.key), accepts: [], formats: ["datapackage-2"] },
      ...{ maxBytes: 0, nonce },
    };
    const { default: canonicalize } = await import("canonicalize");
    const signature = signText(this.key, String(canonicalize(document)));
    return { status: 200, body: JSON.stringify({ ...document, signature }) };
  };

  /** The headers of a call that is signed for `purpose`. */
  signed(purpose: string, body: Uint8Array, { at = Date.now() / 1000, by = this.key } = {}): Record<string, string> {
    const [id, timestamp] = [`${purpose}_${randomBytes(16).toString("hex")}`, String(Math.floor(at))];
    const signature = sign(null, Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]), by);
    return {
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": `v1a,${signature.toString("base64")}`,
    };
  }

  /** Offers a package of one part. */
  async offer(
    { bytes, sha256 }: { bytes: number; sha256: string },
    { id = newId(), scope = "company", ...how }: { id?: string; scope?: string; at?: number; by?: KeyObject } = {},
  ): Promise<{ id: string; outcome: OfferOutcome }> {
    const body = Buffer.from(
      JSON.stringify({
        ...{ type: "offer", protocol: "data-transfer/1", id, origin: this.origin, scope, for: "robin@journey.example" },
        package: { format: "datapackage-2", sha256: "a".repeat(64), bytes, parts: [{ bytes, sha256 }] },
      }),
    );
    const headers = this.signed(`offer_${id}`, body, how);
    const call = { body, header: (name: string) => headers[name] ?? null, network: null };
    return { id, outcome: await takeOffer(ctx, call, this.#answers) };
  }

  /** The headers of a piece of a part of which all is `whole`. */
  piece(id: string, from: number, body: Uint8Array, whole: Buffer, how: { at?: number; by?: KeyObject } = {}) {
    return {
      ...this.signed(`part_${id}_1_${from}`, body, how),
      "content-range": `bytes ${from}-${from + body.length - 1}/${whole.length}`,
      "content-digest": field(digest(body)),
      "repr-digest": field(digest(whole)),
    } as Record<string, string>;
  }

  put(transferId: string, body: Buffer, headers: Record<string, string>, part = 1): Promise<ChunkOutcome> {
    return takeChunk(ctx, { transferId, part, body, header: (name) => headers[name] ?? null });
  }
}

export const hexDigest = (bytes: Uint8Array): string => digest(bytes).toString("hex");
