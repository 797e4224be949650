import { config } from "../../trust-center.config";
import { env } from "../env";

/**
 * Hours that export and deletion wait after a first sign-in from a device (S14). In production it is
 * the configuration's; the demo and the tests wait not at all unless FRESH_HOURS says so.
 */
export function freshHours(): number {
  const { TRUST_CENTER_MODE, FRESH_HOURS } = env();
  return TRUST_CENTER_MODE === "production" ? config.signIn.freshHours : (FRESH_HOURS ?? 0);
}

/** The end of the waiting time of a device first seen then; null when it is over. */
export function freshUntil(firstSeenAt: Temporal.Instant, now: Temporal.Instant): Temporal.Instant | null {
  const until = firstSeenAt.add({ hours: freshHours() });
  return Temporal.Instant.compare(until, now) > 0 ? until : null;
}

/** False in a demo without a waiting time; the pages say so. */
export const waitsForNewDevices = (): boolean => freshHours() > 0;
