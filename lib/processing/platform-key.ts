import { timingSafeEqual } from "node:crypto";
import { sha256Hex } from "../crypto/hash";
import { env } from "../env";

/**
 * Whether a request carries one of the platform's keys (`Authorization: Bearer`, RFC 6750). Only their hashes are known here (S29);
 * several are accepted at a time, so that one can be replaced without a gap.
 */
export function isPlatform(authorization: string | null): boolean {
  const [, key] = /^Bearer ([\w~+/.-]{32,200}=*)$/i.exec(authorization ?? "") ?? [];
  if (!key) return false;
  const given = Buffer.from(sha256Hex(key));
  return (env().PLATFORM_API_KEY_HASHES ?? []).filter((hash) => timingSafeEqual(Buffer.from(hash), given)).length > 0;
}
