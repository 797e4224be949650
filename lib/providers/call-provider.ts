import { Webhook } from "standardwebhooks";
import { config } from "../../trust-center.config";
import { providerSetting } from "../env";
import { asymmetricSignature } from "../http/asymmetric-webhook";
import { OutboundError, postOutside } from "../http/post-outside";
import { recipients } from "./recipients";

/** The longest reply that is read; an answer is a few lines. */
const maxReplyBytes = 64 * 1024;

export type CallOutcome = { kind: "taken"; reply: string | null } | { kind: "gone" } | { kind: "failed"; why: string };

/** One call of a provider with a signed message (Standard Webhooks, S26); never throws for what the other side does. */
export async function callProvider(
  { recipient, webhookId, body }: { recipient: string; webhookId: string; body: string },
  signal?: AbortSignal,
): Promise<CallOutcome> {
  const asking = recipients.find((one) => one.id === recipient)?.erasure;
  const settings = typeof asking === "object" && "webhook" in asking ? asking : null;
  const address = settings && providerSetting(settings.webhook);
  const secret = settings && providerSetting(settings.secret);
  if (!address || !secret) return { kind: "failed", why: "not-configured" };
  // The time of this try: the receiver refuses a signature that is older than five minutes.
  const at = new Date();
  const signature = signed(secret, webhookId, at, body);
  if (!signature) return { kind: "failed", why: "unusable-secret" };
  try {
    const reply = await postOutside(address, {
      body,
      headers: {
        "content-type": "application/json",
        "user-agent": `${config.company.productName} trust center`,
        "webhook-id": webhookId,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
        "webhook-signature": signature,
      },
      ...(signal ? { signal } : {}),
      timeoutMs: config.providerAnswers.timeoutSeconds * 1000,
      maxBytes: maxReplyBytes,
    });
    if (reply.status === 410) return { kind: "gone" };
    if (reply.status < 200 || reply.status > 299) return { kind: "failed", why: `status-${reply.status}` };
    return { kind: "taken", reply: reply.body };
  } catch (error) {
    if (error instanceof OutboundError) return { kind: "failed", why: error.fault };
    throw error;
  }
}

function signed(secret: string, id: string, at: Date, body: string): string | null {
  try {
    const timestamp = String(Math.floor(at.getTime() / 1000));
    // Both kinds that the standard knows, for the receiver to choose from.
    return `${new Webhook(secret).sign(id, at, body)} ${asymmetricSignature(id, timestamp, body)}`;
  } catch {
    return null;
  }
}
