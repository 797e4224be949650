import { createHash } from "node:crypto";
import { config } from "../../trust-center.config";
import { callOutside, OutboundError } from "../http/post-outside";
import { signCall, type Target } from "./signed-call";

/** The longest answer that is read; a state with a thousand parts is some ten kilobytes. */
const maxReplyBytes = 64 * 1024;

/**
 * Why a call did not do what it should. `gone`: nobody takes it there any more (410); `refused`: the receiver does not want it;
 * `failed`: worth trying again. The message is a status or a word (S31).
 */
export class TransferFault extends Error {
  override name = "TransferFault";
  readonly kind: "gone" | "refused" | "failed";
  constructor(kind: TransferFault["kind"], why: string) {
    super(why);
    this.kind = kind;
  }
}

/** Where and how a call of one transfer goes out. */
export type Wire = {
  endpoint: string;
  transferId: string;
  signal?: AbortSignal | undefined;
  call?: typeof callOutside;
};
type Reply = { status: number; body: string | null };

export const digestOf = (body: Uint8Array): string => `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;

const methods = { offer: "POST", part: "PUT", complete: "POST", state: "GET", delete: "DELETE" } as const;

/**
 * One signed call to the receiver, over S26's way out. 3xx is a failure like any other.
 * @throws TransferFault
 */
export async function callProvider(
  { endpoint, transferId, signal, call = callOutside }: Wire,
  about: Omit<Target, "transferId">,
  body: Uint8Array = new Uint8Array(),
  headers: Record<string, string> = {},
): Promise<Reply> {
  const { verb, part } = about;
  const path =
    verb === "offer"
      ? ""
      : `/${transferId}${verb === "part" ? `/parts/${part}` : ""}${verb === "complete" ? "/complete" : ""}`;
  let reply: Reply;
  try {
    reply = await call(methods[verb], `${endpoint}${path}`, {
      body,
      headers: {
        "content-type": verb === "part" ? "application/octet-stream" : "application/json",
        "user-agent": `${config.company.productName} trust center`,
        ...headers,
        ...signCall({ ...about, transferId }, body),
      },
      ...(signal ? { signal } : {}),
      timeoutMs: config.transfers.timeoutSeconds * 1000,
      maxBytes: maxReplyBytes,
    });
  } catch (error) {
    if (error instanceof OutboundError) throw new TransferFault("failed", error.fault);
    throw error;
  }
  if (reply.status >= 200 && reply.status <= 299) return reply;
  const kind = reply.status === 410 ? "gone" : [403, 413, 415, 422].includes(reply.status) ? "refused" : "failed";
  throw new TransferFault(kind, `status-${reply.status}`);
}
