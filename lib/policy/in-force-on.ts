import { config } from "../../trust-center.config";
import { visitorCtx } from "../context";
import { withRead } from "../db/transaction";
import { inForceIn, type PolicyVersion } from "./queries";

/** A calendar day written YYYY-MM-DD; null for everything else, and for days that no calendar has. */
export function parseDay(text: string): Temporal.PlainDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  try {
    return Temporal.PlainDate.from(text, { overflow: "reject" });
  } catch {
    return null;
  }
}

/**
 * The version that holds at the end of a day in the company's zone (`clocks.zone`); for a day ahead the one that
 * will, as announced today. Null before the first version.
 */
export function inForceOn(day: Temporal.PlainDate): Promise<PolicyVersion | null> {
  const end = day.add({ days: 1 }).toZonedDateTime(config.clocks.zone).toInstant().subtract({ nanoseconds: 1 });
  return withRead({ ...visitorCtx(), clock: () => end }, inForceIn);
}
