import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { z } from "zod";
import { type FakeInbound, type ReceivedFake, ResendInbox } from "./resend-inbox";

/** How one request is answered: normally, or with a fault before or after the mails were taken. */
export type Fault =
  | "none"
  /** Takes the mails, then cuts the connection. */
  | "take-and-drop"
  /** Cuts the connection without taking anything. */
  | "drop"
  | "take-and-500"
  | "500"
  | "429"
  /** The plan's mails of a day are used up. */
  | "quota"
  /** Never answers, having taken nothing; the connection stays until the fake closes. */
  | "hang"
  | { slowMs: number };

export type FakeMail = {
  id: string;
  to: string[];
  from: string;
  reply_to?: string | string[] | undefined;
  subject: string;
  html?: string | undefined;
  text?: string | undefined;
  headers?: Record<string, string> | undefined;
  tags?: { name: string; value: string }[] | undefined;
  key: string | null;
};

const email = /^[^\s@<>(),;:"[\]\\\p{Cc}]{1,64}@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$/iu;
const mailbox = z.string().refine((value) => {
  const named = /^[^<>\p{Cc}]*<([^<>]+)>$/u.exec(value);
  return email.test(named?.[1] ?? value);
}, "Invalid `to` or `from` field. It needs to follow the `email@example.com` or `Name <email@example.com>` format.");
const line = z.string().refine((value) => !/\p{Cc}/u.test(value), "control characters are not allowed");
const tag = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,256}$/, "Tags should only contain ASCII letters, numbers, underscores, or dashes.");

const mail = z
  .strictObject({
    from: mailbox,
    to: z.union([mailbox, z.array(mailbox).min(1).max(50)]),
    subject: line.min(1).max(998),
    html: z.string().optional(),
    text: z.string().optional(),
    reply_to: z.union([mailbox, z.array(mailbox)]).optional(),
    cc: z.array(mailbox).max(50).optional(),
    bcc: z.array(mailbox).max(50).optional(),
    headers: z.record(z.string().regex(/^[\x21-\x39\x3b-\x7e]+$/), line).optional(),
    tags: z.array(z.strictObject({ name: tag, value: tag })).optional(),
  })
  .refine((value) => value.html !== undefined || value.text !== undefined, "Missing `html` or `text` field.");

type Answer = { status: number; body: unknown; headers?: Record<string, string> };
const error = (status: number, name: string, message: string): Answer => ({
  status,
  body: { statusCode: status, name, message },
});

/**
 * A stand-in for Resend's HTTP API over a real socket (H5), as strict as its documentation: who may call,
 * the shape of a mail, 100 a batch, 50 recipients, idempotency keys of 1 to 256 characters kept 24 hours
 * and refused with another body, a rate with its headers. It can also act and lose the answer.
 */
export class ResendFake {
  readonly apiKey = "re_test_only";
  readonly webhookSecret = `whsec_${Buffer.alloc(24, 5).toString("base64")}`;
  /** Mails that somebody sent to us. */
  readonly inbox = new ResendInbox(this.apiKey);
  #origin = "";
  /** Every mail that was taken, in order. */
  readonly mails: FakeMail[] = [];
  /** Without their content a hundred thousand fit into memory. */
  keepsContent = true;
  /** Every request that arrived, taken or not. */
  readonly requests: { path: string; key: string | null; bodySha256: string; status: number }[] = [];
  /** Chooses the fault of the nth request (from 0). */
  fault: (request: number, body: string) => Fault = () => "none";
  /** Requests a second; the real service allows 2 to 5. */
  rate = 1000;
  /** Addresses the service refuses one by one in permissive mode. */
  readonly refusedAddresses = new Set<string>();
  now: () => number = Date.now;
  /** The most calls that were under way at one time. */
  mostAtOnce = 0;
  #atOnce = 0;
  readonly #keys = new Map<string, { hash: string; answer: Answer | null; at: number }>();
  #window = { from: 0, used: 0 };
  #count = 0;
  #server?: Server;

  async start(): Promise<string> {
    this.#server = createServer((request, response) => {
      this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#atOnce);
      response.once("close", () => this.#atOnce--);
      this.#handle(request, response).catch(() => response.destroy());
    });
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.#origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this.#origin;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise<void>((done) => (this.#server ? this.#server.close(() => done()) : done()));
  }

  /** How often each address got a mail. */
  perAddress(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { to } of this.mails) for (const address of to) counts.set(address, (counts.get(address) ?? 0) + 1);
    return counts;
  }

  /** A signed report as the service sends it, with its header names. */
  report(
    type: string,
    about: { id: string; tags?: FakeMail["tags"] },
    options: { id?: string; at?: Date; createdAt?: string; secret?: string } = {},
  ): { body: string; headers: Record<string, string> } {
    const at = options.at ?? new Date(this.now());
    const tags = Object.fromEntries((about.tags ?? []).map(({ name, value }) => [name, value]));
    const data = { created_at: at.toISOString(), email_id: about.id, tags };
    return this.#signed({ type, created_at: options.createdAt ?? at.toISOString(), data }, { ...options, at });
  }

  /** Somebody writes to us: the signed report of it, and where it can be fetched. */
  receive(
    mail: FakeInbound,
    options: { id?: string; at?: Date; secret?: string } = {},
  ): { mail: ReceivedFake; body: string; headers: Record<string, string> } {
    const taken = this.inbox.take(mail);
    return { mail: taken, ...this.reportReceived(taken, options) };
  }

  /** The report of a mail that came in, once more or for the first time. */
  reportReceived(mail: ReceivedFake, options: { id?: string; at?: Date; secret?: string } = {}) {
    const created = mail.createdAt.toISOString();
    const at = options.at ?? new Date(this.now());
    const about = { type: "email.received", created_at: created, data: this.inbox.data(mail) };
    return this.#signed(about, { ...options, at });
  }

  #signed(
    report: object,
    options: { id?: string; at: Date; secret?: string },
  ): { body: string; headers: Record<string, string> } {
    const { at } = options;
    const body = JSON.stringify(report);
    const id = options.id ?? `msg_${randomUUID()}`;
    const signature = new Webhook(options.secret ?? this.webhookSecret).sign(id, at, body);
    return {
      body,
      headers: {
        "content-type": "application/json",
        "svix-id": id,
        "svix-timestamp": String(Math.floor(at.getTime() / 1000)),
        "svix-signature": signature,
      },
    };
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString("utf8");
    if (request.method === "GET") return this.#read(request, response);
    const number = this.#count++;
    const fault = this.fault(number, body);
    const key = request.headers["idempotency-key"]?.toString() ?? null;
    const hash = createHash("sha256").update(body).digest("hex");
    // A body of unknown length is what proxies before such services refuse.
    if (request.headers["content-length"] === undefined) return void response.writeHead(411).end();
    const note = (status: number) => this.requests.push({ path: request.url ?? "", key, bodySha256: hash, status });
    if (fault === "hang") return void note(0);
    if (fault === "drop") {
      note(0);
      return void request.socket.destroy();
    }
    const pace = this.#pace(fault === "429");
    const answer =
      pace.over === true
        ? { ...error(429, "rate_limit_exceeded", "Too many requests."), headers: { "retry-after": pace.reset } }
        : fault === "500"
          ? error(500, "internal_server_error", "An unexpected error occurred.")
          : fault === "quota"
            ? error(429, "daily_quota_exceeded", "You have reached your daily email quota.")
            : this.#answer(request, body, key, hash);
    if (fault === "take-and-drop") {
      note(0);
      return void request.socket.destroy();
    }
    const sent =
      fault === "take-and-500" ? error(500, "internal_server_error", "An unexpected error occurred.") : answer;
    if (typeof fault === "object") await new Promise((done) => setTimeout(done, fault.slowMs));
    note(sent.status);
    response.writeHead(sent.status, {
      "content-type": "application/json",
      "ratelimit-limit": String(this.rate),
      "ratelimit-remaining": pace.remaining,
      "ratelimit-reset": pace.reset,
      ...sent.headers,
    });
    response.end(JSON.stringify(sent.body));
  }

  /** What is read counts against the same rate and meets the same faults. */
  #read(request: IncomingMessage, response: ServerResponse): void {
    const fault = this.fault(this.#count++, request.url ?? "");
    if (fault === "hang") return;
    if (fault === "drop" || fault === "take-and-drop") return void request.socket.destroy();
    const { over, reset } = this.#pace(fault === "429");
    const failure = over
      ? error(429, "rate_limit_exceeded", "Too many requests.")
      : fault === "500"
        ? error(500, "internal_server_error", "An unexpected error occurred.")
        : null;
    if (failure) {
      response.writeHead(failure.status, { "content-type": "application/json", "retry-after": reset });
      return void response.end(JSON.stringify(failure.body));
    }
    if (!this.inbox.answer(this.#origin, request, response)) response.writeHead(404).end();
  }

  #pace(force: boolean): { over: boolean; remaining: string; reset: string } {
    const now = this.now();
    if (now - this.#window.from >= 1000) this.#window = { from: now, used: 0 };
    const over = force || this.#window.used >= this.rate;
    if (!over) this.#window.used++;
    return { over, remaining: String(this.rate - this.#window.used), reset: "1" };
  }

  #answer(request: IncomingMessage, body: string, key: string | null, hash: string): Answer {
    const authorization = request.headers.authorization;
    if (!authorization) return error(401, "missing_api_key", "Missing API Key");
    if (authorization !== `Bearer ${this.apiKey}`) return error(403, "invalid_api_key", "API key is invalid");
    if (request.method !== "POST") return error(405, "method_not_allowed", "Method is not allowed.");
    if (request.url !== "/emails" && request.url !== "/emails/batch") {
      return error(404, "not_found", "The requested endpoint does not exist.");
    }
    if (!request.headers["content-type"]?.startsWith("application/json")) {
      return error(422, "validation_error", "The body must be JSON.");
    }
    if (!request.headers["user-agent"]) return error(403, "missing_user_agent", "Missing User-Agent");
    if (key !== null && (key.length < 1 || key.length > 256)) {
      return error(400, "invalid_idempotency_key", "The key must be between 1-256 chars.");
    }
    const known = key === null ? undefined : this.#keys.get(`${request.url} ${key}`);
    if (known && this.now() - known.at < 24 * 3_600_000) {
      if (known.hash !== hash) {
        return error(409, "invalid_idempotent_request", "Same idempotency key used with a different request payload.");
      }
      return known.answer ?? error(409, "concurrent_idempotent_requests", "The original request is still in progress.");
    }
    const answer = this.#take(request.url, body, key, request.headers["x-batch-validation"] === "permissive");
    if (key !== null && answer.status === 200)
      this.#keys.set(`${request.url} ${key}`, { hash, answer, at: this.now() });
    return answer;
  }

  #take(path: string, body: string, key: string | null, permissive: boolean): Answer {
    let json: unknown;
    try {
      json = JSON.parse(body);
    } catch {
      return error(400, "validation_error", "The body is not JSON.");
    }
    if (path === "/emails") {
      const parsed = mail.safeParse(json);
      if (!parsed.success) return error(422, "validation_error", parsed.error.issues[0]?.message ?? "");
      return { status: 200, body: { id: this.#keep(parsed.data, key) } };
    }
    const list = z.array(z.unknown()).min(1).max(100).safeParse(json);
    if (!list.success) return error(422, "validation_error", "A batch holds 1 to 100 emails.");
    const parsed = list.data.map((one) => mail.safeParse(one));
    const wrong = parsed.flatMap((one, index) => {
      const refused = one.success && [one.data.to].flat().some((address) => this.refusedAddresses.has(address));
      return one.success && !refused ? [] : [{ index, message: "Invalid `to` field." }];
    });
    if (wrong.length > 0 && !permissive) return error(422, "validation_error", wrong[0]?.message ?? "");
    const bad = new Set(wrong.map(({ index }) => index));
    const data = parsed.flatMap((one, index) =>
      one.success && !bad.has(index) ? [{ id: this.#keep(one.data, key) }] : [],
    );
    return { status: 200, body: { data, ...(permissive ? { errors: wrong } : {}) } };
  }

  #keep(one: z.infer<typeof mail>, key: string | null): string {
    const id = randomUUID();
    const content = this.keepsContent ? one : { from: "", subject: "" };
    this.mails.push({ ...content, to: [one.to].flat(), id, key });
    return id;
  }
}
