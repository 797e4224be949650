import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { POST as complete } from "@/app/api/v1/transfers/[id]/complete/route";
import { PUT } from "@/app/api/v1/transfers/[id]/parts/[n]/route";
import { DELETE, GET } from "@/app/api/v1/transfers/[id]/route";
import { POST as offer } from "@/app/api/v1/transfers/route";
import { resetEnv } from "@/lib/env";
import { ownIdentity } from "@/lib/transfers/own-identity";

export type TransferFault = "none" | "drop" | "take-and-drop" | "500" | "410" | "413" | "redirect" | "alter";
type Call = { method: string; path: string };

/**
 * Another provider over a real socket: this product's own receiving routes, which keep to the test's database, and what can go wrong
 * on the way to them. It goes by two names, so that sender and receiver have different origins.
 */
export class TransferProvider {
  /** Every call that came in, in turn. */
  readonly calls: (Call & { status: number })[] = [];
  /** Chooses what happens to the nth call (from 0) of its kind. */
  fault: (call: Call, nth: number) => TransferFault = () => "none";
  /** What the provider says of itself, for one that lies. */
  identity: (nonce: string, origin: string) => Record<string, unknown> = ownIdentity;
  /** The last call as it came, for playing it again. */
  last: { method: string; path: string; headers: Record<string, string>; body: Buffer } | undefined;
  #server?: Server;
  #port = 0;

  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise<void>((done) => (this.#server ? this.#server.close(() => done()) : done()));
  }

  /** As the sender's own address, `APP_URL`. */
  get senderOrigin(): string {
    return `http://localhost:${this.#port}`;
  }
  get receiverOrigin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    let body = Buffer.concat(pieces);
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const call = { method: String(request.method), path: url.pathname };
    const same = this.calls.filter(({ method }) => method === call.method);
    const fault = this.fault(call, same.length);
    const noted = { ...call, status: 0 };
    this.calls.push(noted);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    if (!url.pathname.startsWith("/.well-known/")) this.last = { ...call, headers, body };
    if (fault === "drop") return void request.socket.destroy();
    if (fault === "alter") body = Buffer.from(body.map((byte, at) => (at === 100 ? byte ^ 1 : byte)));
    const answer = fault === "redirect" ? moved(url) : /^\d+$/.test(fault) ? said(Number(fault)) : null;
    const given = answer ?? (await this.asReceiver(() => this.#answer(url, call.method, headers, body)));
    if (fault === "take-and-drop") return void request.socket.destroy();
    noted.status = given.status;
    response.writeHead(given.status, Object.fromEntries(given.headers));
    response.end(Buffer.from(await given.arrayBuffer()));
  }

  /** Does something as the receiving installation: with its own origin and its own platform. */
  async asReceiver<T>(work: () => Promise<T>): Promise<T> {
    const { APP_URL, PLATFORM_DATABASE_URL } = process.env;
    Object.assign(process.env, {
      APP_URL: this.receiverOrigin,
      PLATFORM_DATABASE_URL: process.env.PLATFORM_IMPORTER_DATABASE_URL,
    });
    resetEnv();
    try {
      return await work();
    } finally {
      Object.assign(process.env, { APP_URL, PLATFORM_DATABASE_URL });
      resetEnv();
    }
  }

  /** A call as the built app would answer it. */
  async #answer(url: URL, method: string, headers: Record<string, string>, body: Buffer): Promise<Response> {
    if (url.pathname === "/.well-known/data-transfer.json")
      return Response.json(this.identity(String(url.searchParams.get("nonce")), url.origin));
    const request = new Request(url, {
      method,
      headers,
      ...(method === "GET" || method === "DELETE" || body.length === 0 ? {} : { body: new Uint8Array(body) }),
    });
    const [, id = "", part] =
      /^\/api\/v1\/transfers(?:\/([^/]+)(?:\/parts\/(\d+)|\/complete)?)?$/.exec(url.pathname) ?? [];
    const params = Promise.resolve({ id, n: part ?? "" });
    if (method === "POST") return url.pathname.endsWith("/complete") ? complete(request, { params }) : offer(request);
    if (method === "PUT") return PUT(request, { params });
    return method === "DELETE" ? DELETE(request, { params }) : GET(request, { params });
  }

  /** Plays a call again, as whoever listened in would. */
  async replay(what = this.last): Promise<number> {
    if (!what) throw new Error("nothing was called yet");
    const { "content-length": _length, connection: _connection, host: _host, ...headers } = what.headers;
    const body = what.method === "GET" || what.method === "DELETE" ? {} : { body: new Uint8Array(what.body) };
    const reply = await fetch(`${this.receiverOrigin}${what.path}`, { method: what.method, headers, ...body });
    await reply.arrayBuffer();
    return reply.status;
  }
}

const said = (status: number) => Response.json({ status }, { status });
const moved = (url: URL) => new Response(null, { status: 302, headers: { location: url.href } });
