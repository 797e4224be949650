import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { fixedHeaders } from "../http/fixed-headers";
import { problemOf } from "../http/publication";
import { log } from "../log";
import { answerRequest, type PlainAnswer } from "./answer-request";

const channel = "http.server.request.start";
/** An id of the platform without escapes; everything else is for Next.js, `changes` too, which is an address of its own. */
const address = /^\/api\/v1\/processing\/(?!(?:changes|\.{1,2})(?:\?|$))([\w.~-]{1,200})(?:\?(.*))?$/;

/**
 * Puts the platform's questions before Next.js on the server of this process: nine tenths of what one costs there is Next.js finding
 * its way to it. The server is known with the first request (`node:diagnostics_channel`), before that is handed on. Should this ever
 * not hold, the route answers the same.
 */
export function answerFirst(): void {
  const begin = (message: unknown) => {
    unsubscribe(channel, begin);
    takeOver((message as { server: Server }).server);
  };
  subscribe(channel, begin);
}

/** Every listener of the server goes on with what is not a question. */
export function takeOver(server: Server): void {
  const others = server.listeners("request") as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    const [whole, subject = "", query = ""] = (request.method === "GET" && address.exec(request.url ?? "")) || [];
    if (whole === undefined) for (const other of others) other.call(server, request, response);
    else void answer(request, response, subject, new URLSearchParams(query));
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  subject: string,
  search: URLSearchParams,
): Promise<void> {
  const { status, headers, body } = await answered(subject, search, request.headers.authorization ?? null);
  response.writeHead(status, { ...fixedHeaders, ...headers, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

async function answered(subject: string, search: URLSearchParams, authorization: string | null): Promise<PlainAnswer> {
  try {
    return await answerRequest({ subject, search, authorization });
  } catch (error) {
    const requestId = crypto.randomUUID();
    log.error({ requestId, method: "GET", route: "/api/v1/processing/[subject]", err: error }, "request failed");
    return problemOf(500, `It could not be looked up: do not use it. This is ${requestId} in our log.`);
  }
}
