import { isIPv4, isIPv6 } from "node:net";

/**
 * The network a request comes from, for rate limits: an IPv4 address, or the /64 of an IPv6 one. Null
 * when no proxy is trusted or the header has fewer entries than proxies: whoever talks to us directly
 * could write anything there (S5).
 * @param forwarded the X-Forwarded-For header
 * @param trustedProxies how many proxies of ours stand in front; each appends one entry at the right
 */
export function clientNetwork(forwarded: string | null, trustedProxies: number): string | null {
  if (trustedProxies < 1 || !forwarded) return null;
  const entry = forwarded.split(",").at(-trustedProxies)?.trim() ?? "";
  const address = entry.replace(/^\[(.+)\](?::\d+)?$/, "$1").replace(/^::ffff:(?=\d+\.)/i, "");
  if (isIPv4(address)) return address;
  return isIPv6(address) ? network64(address) : null;
}

/** The first four groups, written out. */
function network64(address: string): string {
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const left = head ? head.split(":") : [];
  const right = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  const groups = [...left, ...zeros, ...right].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}
