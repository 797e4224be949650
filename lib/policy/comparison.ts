import { and, asc, eq, gt, isNotNull, isNull, lte, or } from "drizzle-orm";
import type { Ctx } from "../context";
import { highlights, policyVersions } from "../db/schema";
import { withRead } from "../db/transaction";
import type { PolicyDiff } from "./diff";
import { diffOf } from "./known-diff";
import { type Highlight, type KnownVersion, versionIn } from "./queries";

export type Comparison = {
  from: KnownVersion;
  to: KnownVersion;
  diff: PolicyDiff;
  /** Of every version after `from` up to `to`, with the number of the version that brought it. */
  highlights: (Highlight & { number: number })[];
};

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
