import { and, eq, gt, inArray, isNotNull, isNull, or } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { KeptBack } from "../data-map/held";
import { cases, legalHolds, people } from "../db/schema";
import type { Tx } from "../db/transaction";
import { openKnownBy } from "./sealed-words";

/**
 * What may not be deleted or changed now: legal holds that stand, and those asked for that still wait for their second officer.
 * A sweep also leaves alone whose request about their data is open, so that nobody's copy shrinks while they wait for it.
 */
export async function keptBack(tx: Tx, by: "erasure" | "sweep"): Promise<KeptBack[]> {
  const holds = await tx.db
    .select()
    .from(legalHolds)
    .where(
      and(
        isNull(legalHolds.releasedAt),
        isNull(legalHolds.withdrawnAt),
        or(
          isNotNull(legalHolds.setAt),
          gt(legalHolds.requestedAt, tx.now.subtract({ hours: config.holds.provisionalHours })),
        ),
      ),
    );
  const kept = holds.map(
    (hold): KeptBack => ({
      of:
        hold.scope === "collection"
          ? null
          : {
              scope: hold.scope,
              subject: {
                platformUserId: hold.platformUserId ?? "",
                platformCompanyId: hold.platformCompanyId,
              },
              identities: new Map(openKnownBy(hold)?.identities),
            },
      system: hold.system,
      collection: hold.collection,
      from: hold.fromAt,
      until: hold.untilAt,
    }),
  );
  return by === "erasure" ? kept : [...kept, ...(await openRequests(tx))];
}

async function openRequests(tx: Tx): Promise<KeptBack[]> {
  const open = await tx.db
    .selectDistinct({
      scope: cases.scope,
      platformUserId: people.platformUserId,
      platformCompanyId: people.platformCompanyId,
      email: people.email,
    })
    .from(cases)
    .innerJoin(people, eq(people.id, cases.subjectId))
    .where(
      and(
        isNull(cases.closedAt),
        inArray(cases.kind, ["access", "portability", "correction", "objection", "restriction"]),
        isNotNull(people.platformUserId),
      ),
    );
  return open.flatMap(({ scope, platformUserId, platformCompanyId, email }): KeptBack[] => {
    if (!platformUserId || (scope === "company" && !platformCompanyId)) return [];
    const of = { scope, subject: { platformUserId, platformCompanyId }, identities: new Map([["email", [email]]]) };
    return [{ of, system: null, collection: null, from: null, until: null }];
  });
}

/** @throws when a hold was asked for since, of which whoever began before knows nothing; the next attempt does */
export async function refuseNewHold(tx: Tx, since: Temporal.Instant): Promise<void> {
  const [one] = await tx.db
    .select({ id: legalHolds.id })
    .from(legalHolds)
    .where(and(gt(legalHolds.requestedAt, since), isNull(legalHolds.withdrawnAt)))
    .limit(1);
  if (one) throw new Error("a hold was asked for meanwhile");
}
