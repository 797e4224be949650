import { and, asc, eq, gt, isNotNull, isNull, lte, or } from "drizzle-orm";
import type { Ctx } from "../context";
import { highlights, policyVersions } from "../db/schema";
import { withRead } from "../db/transaction";
import { diffPolicies, type PolicyDiff } from "./diff";
import { policyDocument } from "./parse";
import { type Highlight, type KnownVersion, type PolicyVersion, versionIn } from "./queries";

export type Comparison = {
  from: KnownVersion;
  to: KnownVersion;
  diff: PolicyDiff;
  /** Of every version after `from` up to `to`, with the number of the version that brought it. */
  highlights: (Highlight & { number: number })[];
};

const known = new Map<string, PolicyDiff>();

/** Both texts are immutable, so each pair is compared once a process. */
function diffOf(from: PolicyVersion, to: PolicyVersion): PolicyDiff {
  const key = `${from.sha256} ${to.sha256}`;
  const before = known.get(key);
  if (before) return before;
  const diff = diffPolicies(policyDocument(from), policyDocument(to));
  if (known.size >= 32) known.delete(known.keys().next().value ?? "");
  known.set(key, diff);
  return diff;
}

/**
 * Two versions against each other, the lower number first; null when one is missing for the actor.
 * @throws when a draft among them does not parse; the desk shows its problems instead
 */
export function comparison(ctx: Ctx, from: number, to: number): Promise<Comparison | null> {
  return withRead(ctx, async (tx) => {
    const [a, b] = [await versionIn(tx, from), await versionIn(tx, to)];
    if (!a || !b || a.number >= b.number) return null;
    const marks = await tx.db
      .select({ highlight: highlights, number: policyVersions.number })
      .from(highlights)
      .innerJoin(policyVersions, eq(policyVersions.id, highlights.versionId))
      .where(
        and(
          gt(policyVersions.number, from),
          lte(policyVersions.number, to),
          or(
            eq(policyVersions.number, to),
            and(isNotNull(policyVersions.announcedAt), isNull(policyVersions.withdrawnAt)),
          ),
        ),
      )
      .orderBy(asc(policyVersions.number), asc(highlights.position));
    return {
      from: a,
      to: b,
      diff: diffOf(a, b),
      highlights: marks.map(({ highlight, number }) => ({ ...highlight, number })),
    };
  });
}
