import { config } from "../../trust-center.config";
import { randomToken } from "../crypto/hash";
import { env } from "../env";
import { fail, ok, type Result } from "../errors";
import { callOutside, OutboundError } from "../http/post-outside";
import { type Discovery, discoveryPath, parseDiscovery } from "./protocol";

/** A discovery document is a kilobyte. */
const maxBytes = 16 * 1024;

/**
 * Asks whoever answers at an origin to prove itself (S26): no redirect, nothing inside, an answer that signs our nonce.
 * @returns `provider-unreachable` when nobody answers there, `provider-unproved` when the answer is not as it has to be
 */
export async function discover(
  origin: string,
  { signal, call = callOutside }: { signal?: AbortSignal; call?: typeof callOutside } = {},
): Promise<Result<Discovery, "provider-unreachable" | "provider-unproved">> {
  const nonce = randomToken();
  try {
    const reply = await call("GET", `${origin}${discoveryPath}?nonce=${nonce}`, {
      headers: { accept: "application/json", "user-agent": `${config.company.productName} trust center` },
      body: "",
      ...(signal ? { signal } : {}),
      timeoutMs: config.transfers.timeoutSeconds * 1000,
      maxBytes,
    });
    const found = reply.status === 200 && reply.body !== null ? parseDiscovery(reply.body, { origin, nonce }) : null;
    return found ? ok(found) : fail("provider-unproved");
  } catch (error) {
    if (error instanceof OutboundError) return fail("provider-unreachable");
    throw error;
  }
}

/** What a person typed as an address, as an origin; null when it is none that is ever asked. */
export function originOf(text: string): string | null {
  const trimmed = text.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`);
  if (!url || url.username || url.password || !url.hostname) return null;
  const secure = url.protocol === "https:";
  // The one exception that `callOutside` makes too, and judges by the address behind the name.
  const rehearsal = url.protocol === "http:" && env().TRUST_CENTER_MODE !== "production";
  return (secure || rehearsal) && url.origin !== env().APP_URL && url.origin.length <= 300 ? url.origin : null;
}
