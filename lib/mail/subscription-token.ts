import { z } from "zod";
import { keyedHash, sameSecret } from "../crypto/hash";
import { mailUrl } from "./mail-url";

const shape = z.tuple([z.uuid(), z.literal("policy-changes"), z.string().length(43)]);
const mark = (subscriberId: string) => keyedHash("unsubscribe", `${subscriberId}.policy-changes`);

/** Ends one subscription to policy changes and can do nothing else (S28); no session, and it never expires. */
export const subscriptionToken = (subscriberId: string): string =>
  `${subscriberId}.policy-changes.${mark(subscriberId)}`;

/** Whose subscription a token ends; null for anything we did not make. */
export function readSubscriptionToken(token: string): string | null {
  const parsed = shape.safeParse(token.split("."));
  if (!parsed.success) return null;
  const [subscriberId, , given] = parsed.data;
  return sameSecret(given, mark(subscriberId)) ? subscriberId : null;
}

/** The page with the button for people, the one-click address for mail programs (RFC 8058). */
export function subscriptionWaysOut(subscriberId: string): { path: string; headers: Record<string, string> } {
  const token = subscriptionToken(subscriberId);
  return {
    path: `/unsubscribe?token=${token}`,
    headers: {
      "List-Unsubscribe": `<${mailUrl(`/unsubscribe/one-click?token=${token}`)}>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
  };
}
