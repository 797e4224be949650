import type { processingRecords } from "../db/schema/processing";
import type { Purpose } from "./purposes";
import type { ExceptionGround } from "./words";

/** What of a record the rule looks at. */
export type Limit = Pick<
  typeof processingRecords.$inferSelect,
  "kind" | "purpose" | "system" | "inEffectFrom" | "decision" | "exceptionGround" | "endedAt"
>;

/** Why a use may go on or not: keys, for machines and for the words of the pages. */
export type ProcessingReason =
  | "no-limit"
  | "objection"
  | "objection-being-weighed"
  | "restriction"
  /** A restriction stands, and this is outside of it (GDPR 18(2)). */
  | ExceptionGround;

export type Answer = { allowed: boolean; reason: ProcessingReason; since: Temporal.Instant | null };

/** What goes on under every restriction: it protects everybody, or the law orders it (GDPR 18(2)). */
const beyondRestriction: Partial<Record<Purpose, ExceptionGround>> = {
  security: "protection-of-others",
  "legal-compliance": "legal-claims",
};

/**
 * Whether a use of one person's data may go on (GDPR 18, 21; L7, L9). Pure.
 *
 * An objection stops its use from the moment it is made, and until staff ended it on a day that they announced or the person took
 * it back; security and legal compliance it never touches. A restriction leaves storage only: every use in its extent stops but
 * for those that an exception names and those beyond every restriction.
 *
 * @param records one person's, in any order
 * @param system null: wherever it may be, so a limit in one system stops it
 * @returns of several limits the earliest objection, else the earliest restriction
 */
export function mayProcess(
  records: readonly Limit[],
  purpose: Purpose,
  system: string | null,
  now: Temporal.Instant,
): Answer {
  const standing = records
    .filter((one) => isBefore(one.inEffectFrom, now) && !(one.endedAt && isBefore(one.endedAt, now)))
    .filter((one) => one.purpose === null || one.purpose === purpose)
    .toSorted((a, b) => Temporal.Instant.compare(a.inEffectFrom, b.inEffectFrom));
  const touches = (one: Limit) => one.system === null || system === null || one.system === system;
  const objection = beyondRestriction[purpose]
    ? undefined
    : standing.find((one) => one.kind === "objection" && touches(one));
  if (objection) {
    const isWeighed = objection.decision !== null || purpose === "improvement";
    const reason = isWeighed ? "objection" : "objection-being-weighed";
    return { allowed: false, reason, since: objection.inEffectFrom };
  }
  const restriction = standing.find((one) => one.kind === "restriction" && touches(one));
  if (!restriction) return { allowed: true, reason: "no-limit", since: null };
  const beyond = beyondRestriction[purpose];
  if (beyond) return { allowed: true, reason: beyond, since: restriction.inEffectFrom };
  // Allowed in one system is not allowed everywhere.
  const newest = standing.findLast((one) => one.kind === "restriction" && touches(one)) ?? restriction;
  const exception = standing.find(
    (one) =>
      one.kind === "exception" &&
      (one.system === null || (system !== null && one.system === system)) &&
      // Who limits it again takes back that they had let it go on.
      (one.exceptionGround !== "consent" || Temporal.Instant.compare(one.inEffectFrom, newest.inEffectFrom) >= 0),
  );
  return exception?.exceptionGround
    ? { allowed: true, reason: exception.exceptionGround, since: exception.inEffectFrom }
    : { allowed: false, reason: "restriction", since: restriction.inEffectFrom };
}

const isBefore = (a: Temporal.Instant, b: Temporal.Instant): boolean => Temporal.Instant.compare(a, b) <= 0;
