import { sql } from "drizzle-orm";
import { policyVersions } from "../db/schema";

/**
 * When a version takes effect, for reading the policy in force: its effective time, or later, once every
 * recipient of its notice has had the notice period; null while somebody was not told and no exception
 * was logged. A version without a notice, such as an imported one, takes effect at its time.
 * Computed by the database, so that every replica changes at the same instant.
 */
export const takesEffectAt = sql<Temporal.Instant | null>`(
  select case when n.id is null then policy_versions.effective_at
              when n.gate_opens_at is not null then greatest(policy_versions.effective_at, n.gate_opens_at) end
  from (select 1) as one left join notices n on n.version_id = policy_versions.id
    and n.kind = 'announcement')`.mapWith(policyVersions.effectiveAt);
