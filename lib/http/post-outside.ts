import { promises as dns, type LookupAddress } from "node:dns";
import { request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { BlockList, isIP } from "node:net";
import { env } from "../env";

export type OutboundFault =
  | "malformed-address"
  | "not-https"
  | "private-address"
  | "unknown-host"
  | "timeout"
  | "no-connection";

/** Nothing came back. The message is the fault alone: an address or an answer never stands in it (S31). */
export class OutboundError extends Error {
  override name = "OutboundError";
  readonly fault: OutboundFault;
  constructor(fault: OutboundFault) {
    super(fault);
    this.fault = fault;
  }
}

/** Every range that is not plain global unicast: private, local, shared, reserved, for documentation, or a tunnel into IPv4. */
const closed = new BlockList();
for (const range of [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"],
  ...["192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"],
  ...["224.0.0.0/4", "240.0.0.0/4"],
]) {
  const [net = "", bits] = range.split("/");
  closed.addSubnet(net, Number(bits), "ipv4");
}
for (const range of ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]) {
  const [net = "", bits] = range.split("/");
  closed.addSubnet(net, Number(bits), "ipv6");
}
/** IANA gives out global unicast from here alone. */
const global6 = new BlockList();
global6.addSubnet("2000::", 3, "ipv6");
const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

const family = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");

/** Whether an address belongs to the open internet. */
export function isPublicAddress(address: string): boolean {
  const kind = isIP(address);
  if (kind === 4) return !closed.check(address, "ipv4");
  return kind === 6 && global6.check(address, "ipv6") && !closed.check(address, "ipv6");
}

type Sent = {
  headers: Record<string, string>;
  body: string | Uint8Array;
  signal?: AbortSignal;
  timeoutMs: number;
  /** A longer answer counts as none. */
  maxBytes: number;
};
type Resolve = (host: string) => Promise<LookupAddress[]>;

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** Posts to somebody else's server, as {@link callOutside} does. */
export const postOutside = (address: string, sent: Sent, resolve?: Resolve) =>
  callOutside("POST", address, sent, resolve);

/**
 * Calls somebody else's server (S26): https, the name resolved once and that address used, none that lies inside, no
 * redirect followed, time and size bounded. In the demo and in tests a server on this very machine may be called, also by http.
 * @returns the status, and the body unless it is too long or breaks off
 * @throws OutboundError when there is no answer
 */
export async function callOutside(
  method: Method,
  address: string,
  sent: Sent,
  resolve: Resolve = (host) => dns.lookup(host, { all: true }),
): Promise<{ status: number; body: string | null }> {
  const timeout = AbortSignal.timeout(sent.timeoutMs);
  const signal = sent.signal ? AbortSignal.any([sent.signal, timeout]) : timeout;
  const url = URL.parse(address);
  if (!url || url.username || url.password || !/^https?:$/.test(url.protocol))
    throw new OutboundError("malformed-address");
  const pinned = await allowed(url, signal, resolve);
  try {
    return await call(method, url, pinned, sent, signal);
  } catch (error) {
    if (error instanceof OutboundError) throw error;
    throw new OutboundError(signal.aborted ? "timeout" : "no-connection");
  }
}

/** The one address that is connected to. */
async function allowed(url: URL, signal: AbortSignal, resolve: Resolve): Promise<LookupAddress> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const found = isIP(host) ? [{ address: host, family: isIP(host) }] : await beforeEnd(resolve(host), signal);
  const [first] = found;
  if (!first) throw new OutboundError("unknown-host");
  const inside = found.every(({ address }) => isIP(address) && loopback.check(address, family(address)));
  if (inside && env().TRUST_CENTER_MODE !== "production") return first;
  if (url.protocol !== "https:") throw new OutboundError("not-https");
  // One that lies inside is enough: who answers with both means the other one.
  if (!found.every(({ address }) => isPublicAddress(address))) throw new OutboundError("private-address");
  return first;
}

async function beforeEnd(found: Promise<LookupAddress[]>, signal: AbortSignal): Promise<LookupAddress[]> {
  const ended = new Promise<never>((_, refuse) => {
    const late = () => refuse(new OutboundError("timeout"));
    if (signal.aborted) late();
    signal.addEventListener("abort", late, { once: true });
  });
  ended.catch(() => {});
  try {
    return await Promise.race([found, ended]);
  } catch (error) {
    throw error instanceof OutboundError ? error : new OutboundError("unknown-host");
  }
}

function call(method: Method, url: URL, pinned: LookupAddress, { headers, body, maxBytes }: Sent, signal: AbortSignal) {
  const request = url.protocol === "https:" ? overHttps : overHttp;
  return new Promise<{ status: number; body: string | null }>((done, refuse) => {
    const asked = request(url, {
      method,
      // A connection of its own, through no proxy and shared with nobody.
      agent: false,
      signal,
      headers: method === "GET" ? headers : { ...headers, "content-length": String(Buffer.byteLength(body)) },
      lookup: (_host, options, tell) =>
        options.all ? tell(null, [pinned]) : tell(null, pinned.address, pinned.family),
    });
    asked.once("error", refuse);
    asked.once("response", (response) => {
      const status = response.statusCode ?? 0;
      const parts: Buffer[] = [];
      let size = 0;
      response.on("data", (part: Buffer) => {
        size += part.byteLength;
        parts.push(part);
        if (size > maxBytes) response.destroy();
      });
      // The status is an answer already, whatever becomes of the rest.
      response.once("error", () => {});
      response.once("close", () =>
        done({ status, body: response.complete && size <= maxBytes ? Buffer.concat(parts).toString("utf8") : null }),
      );
    });
    // Another protocol is no answer of this one; with nobody listening it would be neither an answer nor an error.
    asked.once("upgrade", (response, socket) => {
      socket.destroy();
      done({ status: response.statusCode ?? 0, body: null });
    });
    asked.end(method === "GET" ? undefined : body);
  });
}
