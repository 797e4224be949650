import { Webhook } from "standardwebhooks";
import { isAsymmetricallySigned } from "./asymmetric-webhook";

/** Seconds by which its time may differ from ours (Standard Webhooks 1.0). */
const tolerance = 5 * 60;

/**
 * The id of a webhook whose signature over the raw body is right and whose time lies within five minutes (Standard Webhooks,
 * S27); null for every other one, and while there is neither secret nor public key.
 * @param options.publicKey of the sender (`whpk_...`): then a `v1a` signature by it counts as well
 */
export function signedWebhookId(
  secret: string | null | undefined,
  body: string,
  header: (name: string) => string | null,
  { publicKey = null, now = Date.now() }: { publicKey?: string | null; now?: number } = {},
): string | null {
  const value = (name: string) => header(`webhook-${name}`) ?? "";
  const id = value("id");
  const timestamp = value("timestamp");
  if (!(secret || publicKey) || !/^[\w.:-]{1,200}$/.test(id) || !/^\d{1,12}$/.test(timestamp)) return null;
  const isNow = Math.abs(now / 1000 - Number(timestamp)) <= tolerance;
  if (publicKey && isNow && isAsymmetricallySigned(publicKey, id, timestamp, body, value("signature"))) return id;
  if (!secret) return null;
  try {
    const signed = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": value("signature") };
    new Webhook(secret).verify(body, signed, { jsonParse: false });
    return id;
  } catch {
    return null;
  }
}
