/** The only places a sign-in or step-up may lead to (S18). */
const allowed = [
  /^\/account(?:\/[\w-]+)*$/,
  /^\/admin(?:\/[\w-]+)*$/,
  /^\/staff\/(?:enrol|passkeys|verify)$/,
  /^\/api\/packages\/[\w-]+(?:\/[\w.-]+)*$/,
  /^\/contact$/,
];

/** Letters, digits and the few signs a query of ours needs; no percent, so nothing is hidden by encoding. */
const query = /^[\w=&.,~+:-]{1,200}$/;

export const defaultNext = "/account";

/**
 * The path to go on to, or null when it is not one of ours: absolute addresses, `//host`, `/\host`,
 * dot segments, control characters and anything percent-encoded are refused (S18, ASVS 3.7.2).
 */
export function safeNext(value: unknown): string | null {
  if (typeof value !== "string" || value.length > 400) return null;
  const [path = "", search, ...rest] = value.split("?");
  if (rest.length > 0 || path.includes("..") || !allowed.some((pattern) => pattern.test(path))) return null;
  if (search === undefined) return path;
  return query.test(search) ? value : null;
}

/** @returns `to` with the place to come back to, when that is one of ours */
export function withNext(to: string, next: unknown): string {
  const safe = safeNext(next);
  return safe && safe !== defaultNext ? `${to}?next=${encodeURIComponent(safe)}` : to;
}
