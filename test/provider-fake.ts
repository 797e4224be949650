import { createHash, createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type ProviderFault =
  | "none"
  | "500"
  | "410"
  /** Takes the message, then cuts the connection. */
  | "take-and-drop"
  /** Never answers. */
  | "hang"
  /** Sends elsewhere, to itself. */
  | "redirect"
  /** Answers 200 with more than anybody should read. */
  | "flood";

type Taken = { id: string; body: string };

/**
 * A provider over a real socket that keeps the rules of Standard Webhooks 1.0 itself, not with the library that signs: the
 * three headers, an id without a full stop, the signature of `{id}.{timestamp}.{body}`, a time within five minutes, and the same
 * bytes whenever an id comes again.
 */
export class ProviderFake {
  readonly secret = `whsec_${Buffer.alloc(32, 11).toString("base64")}`;
  /** Each message once, in the order they were taken. */
  readonly taken: Taken[] = [];
  /** The status of every call, 0 when none was given. */
  readonly statuses: number[] = [];
  /** Chooses the fault of the nth call (from 0). */
  fault: (call: number) => ProviderFault = () => "none";
  /** What a taken message is answered with in the reply itself. */
  reply: (message: { id: string }) => unknown = () => ({});
  now: () => number = Date.now;
  readonly #bytes = new Map<string, string>();
  #calls = 0;
  #server?: Server;

  async start(): Promise<string> {
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/erasures`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise<void>((done) => (this.#server ? this.#server.close(() => done()) : done()));
  }

  /** A signed answer as it would come to our endpoint. */
  answer(
    about: Record<string, unknown>,
    options: { id?: string; at?: Date; secret?: string } = {},
  ): { body: string; headers: Record<string, string> } {
    const body = JSON.stringify(about);
    const id = options.id ?? `msg_${randomUUID()}`;
    const timestamp = String(Math.floor((options.at?.getTime() ?? this.now()) / 1000));
    return {
      body,
      headers: {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": `v1,${signature(options.secret ?? this.secret, id, timestamp, body)}`,
      },
    };
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString("utf8");
    const fault = this.fault(this.#calls++);
    const end = (status: number, content: unknown = {}, headers: Record<string, string> = {}) => {
      this.statuses.push(status);
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(content));
    };
    if (fault === "hang") return void this.statuses.push(0);
    if (fault === "500") return end(500);
    if (fault === "410") return end(410);
    if (fault === "redirect") return end(302, {}, { location: `http://${request.headers.host}/erasures` });
    const refused = this.#refuse(request, body);
    if (refused) return end(refused);
    const id = String(request.headers["webhook-id"]);
    if (!this.#bytes.has(id)) this.taken.push({ id, body });
    this.#bytes.set(id, hash(body));
    if (fault === "take-and-drop") {
      this.statuses.push(0);
      return void request.socket.destroy();
    }
    return end(200, fault === "flood" ? { filler: "x".repeat(1024 * 1024) } : this.reply(JSON.parse(body).data));
  }

  /** The status of a refusal, or null. */
  #refuse(request: IncomingMessage, body: string): number | null {
    if (request.method !== "POST" || request.url !== "/erasures") return 404;
    if (request.headers["content-length"] === undefined) return 411;
    const [id, timestamp, given] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) =>
      String(request.headers[name] ?? ""),
    ) as [string, string, string];
    if (!/^[A-Za-z0-9_-]{1,100}$/.test(id) || !/^\d+$/.test(timestamp)) return 400;
    if (Math.abs(this.now() / 1000 - Number(timestamp)) > 300) return 400;
    const expected = Buffer.from(`v1,${signature(this.secret, id, timestamp, body)}`);
    const right = given
      .split(" ")
      .some((one) => one.length === expected.length && timingSafeEqual(Buffer.from(one), expected));
    if (!right) return 401;
    const before = this.#bytes.get(id);
    return before !== undefined && before !== hash(body) ? 409 : null;
  }
}

const hash = (text: string) => createHash("sha256").update(text).digest("hex");

function signature(secret: string, id: string, timestamp: string, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
}
