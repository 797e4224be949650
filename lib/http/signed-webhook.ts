import { Webhook } from "standardwebhooks";

/**
 * The id of a webhook whose signature over the raw body is right and whose time lies within five minutes (Standard Webhooks,
 * S27); null for every other one, and while there is no secret.
 */
export function signedWebhookId(
  secret: string | null | undefined,
  body: string,
  header: (name: string) => string | null,
): string | null {
  const value = (name: string) => header(`webhook-${name}`) ?? "";
  const id = value("id");
  const timestamp = value("timestamp");
  if (!secret || !/^[\w.:-]{1,200}$/.test(id) || !/^\d{1,12}$/.test(timestamp)) return null;
  try {
    const signed = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": value("signature") };
    new Webhook(secret).verify(body, signed, { jsonParse: false });
    return id;
  } catch {
    return null;
  }
}
