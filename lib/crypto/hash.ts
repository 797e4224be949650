import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { env } from "../env";

/** Lower-case hex SHA-256. */
export const sha256Hex = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** 256 random bits, base64url (S29). Store only `sha256Hex` of it. */
export const randomToken = (): string => randomBytes(32).toString("base64url");

/**
 * HMAC-SHA-256 under AUTH_SECRET, for values with too few possibilities for a bare hash (addresses,
 * six-digit codes). `purpose` keeps one use from standing for another.
 */
export function keyedHash(purpose: string, value: string): string {
  return createHmac("sha256", env().AUTH_SECRET).update(`${purpose}\0${value}`).digest("base64url");
}

/** Comparison in constant time. */
export function sameSecret(a: string, b: string): boolean {
  const x = createHash("sha256").update(a).digest();
  const y = createHash("sha256").update(b).digest();
  return timingSafeEqual(x, y);
}
