import { config } from "../../trust-center.config";
import { signText } from "../crypto/ed25519";
import { signingKey } from "../crypto/signing-key";
import { homeSystem } from "../data-map/load";
import { env } from "../env";
import { packageFormat, protocol, signedText } from "./protocol";

export const endpointPath = "/api/v1/transfers";

/** A document with our signature over all of it. */
export function signDocument(document: Record<string, unknown>): Record<string, unknown> {
  return { ...document, signature: signText(signingKey("transfers").privateKey, signedText(document)) };
}

/** Connection string of the login that puts rows in; null when nothing is taken in here. */
export function importerUrl(): string | null {
  try {
    return homeSystem().importer?.() || null;
  } catch {
    return null;
  }
}

/** Whether packages of other providers are taken in: the configuration wants it, and there is a login that can. */
export const receives = (): boolean => config.transfers.receive.enabled && importerUrl() !== null;

/**
 * Who we are, for a provider that we send to or that sends to us: it asks at the well-known address with a nonce of its own and
 * gets it back under our signature.
 * @param nonce 256 random bits of the asking side, base64url
 */
export function ownIdentity(nonce: string, origin = env().APP_URL): Record<string, unknown> {
  return signDocument({
    type: "discovery",
    protocol,
    origin,
    name: config.company.productName,
    contact: config.company.privacyMailbox,
    endpoint: `${origin}${endpointPath}`,
    key: signingKey("transfers").publicKey,
    accepts: receives() ? ["company", "person"] : [],
    formats: [packageFormat],
    maxBytes: config.transfers.receive.maxBytes,
    nonce,
  });
}

/** What a nonce looks like. */
export const isNonce = (text: string | null): text is string => /^[\w-]{43}$/.test(text ?? "");
