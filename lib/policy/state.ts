export const policyStates = ["draft", "in-review", "announced", "in-force", "superseded", "withdrawn"] as const;
export type PolicyState = (typeof policyStates)[number];

/** The dates of a version that its state is read from. */
export type VersionDates = {
  id: string;
  submittedAt: Temporal.Instant | null;
  announcedAt: Temporal.Instant | null;
  effectiveAt: Temporal.Instant | null;
  withdrawnAt: Temporal.Instant | null;
};

/**
 * The state of a version at `now`, read from its dates.
 * @param inForceId the version in force at `now`, or null before the first one
 */
export function stateOf(version: VersionDates, inForceId: string | null, now: Temporal.Instant): PolicyState {
  if (version.withdrawnAt) return "withdrawn";
  if (!version.announcedAt) return version.submittedAt ? "in-review" : "draft";
  if (version.id === inForceId) return "in-force";
  const effective = version.effectiveAt && Temporal.Instant.compare(version.effectiveAt, now) <= 0;
  return effective ? "superseded" : "announced";
}

/** Whole days from `now` until `then`, rounded up: "0" only once the instant has come. */
export function daysLeft(then: Temporal.Instant, now: Temporal.Instant): number {
  const hours = then.since(now).total({ unit: "hours" });
  return Math.max(0, Math.ceil(hours / 24));
}
