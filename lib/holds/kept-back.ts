import { and, eq, gt, inArray, isNotNull, isNull, or, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { KeptBack } from "../data-map/held";
import { cases, legalHolds, people, processingRecords } from "../db/schema";
import type { Tx } from "../db/transaction";
import { openKnownBy } from "./sealed-words";

/** Whose erasure it is, and when it was asked for. */
export type OwnErasure = { personId: string; requestedAt: Temporal.Instant };

/** That a hold was set, or waits for its second officer and has not lapsed. */
export const holdStands = (now: Temporal.Instant) =>
  and(
    isNull(legalHolds.releasedAt),
    isNull(legalHolds.withdrawnAt),
    or(isNotNull(legalHolds.setAt), gt(legalHolds.requestedAt, now.subtract({ hours: config.holds.provisionalHours }))),
  );

/**
 * What may not be deleted or changed now: legal holds that stand, and those asked for that still wait for their second officer;
 * and what people had restricted so that it is kept (GDPR 18(1)(b), (c)), but for an erasure that they asked for themselves since.
 * A sweep also leaves alone whose request about their data is open, so that nobody's copy shrinks while they wait for it.
 */
export async function keptBack(tx: Tx, by: "erasure" | "sweep", own?: OwnErasure): Promise<KeptBack[]> {
  const holds = await tx.db.select().from(legalHolds).where(holdStands(tx.now));
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
  kept.push(...(await restricted(tx, own)));
  return by === "erasure" ? kept : [...kept, ...(await openRequests(tx))];
}

const keeping = and(
  isNull(processingRecords.endedAt),
  eq(processingRecords.kind, "restriction"),
  inArray(processingRecords.basis, ["unlawful", "claims"]),
);

async function restricted(tx: Tx, own: OwnErasure | undefined): Promise<KeptBack[]> {
  const rows = await tx.db
    .select({
      ...{ user: processingRecords.subject, askedAt: processingRecords.askedAt, system: processingRecords.system },
      // Of whoever has the account now: an address that it has no more would keep somebody else's rows.
      company: sql<
        string | null
      >`(select max(p.platform_company_id) from people p where p.platform_user_id = ${processingRecords.subject})`,
      emails: sql<
        string[]
      >`array(select p.email from people p where p.platform_user_id = ${processingRecords.subject})`,
    })
    .from(processingRecords)
    .where(and(keeping, isNotNull(processingRecords.subject)));
  const [erased] = own
    ? await tx.db.select({ user: people.platformUserId }).from(people).where(eq(people.id, own.personId))
    : [];
  return rows.flatMap(({ askedAt, system, user, company, emails }): KeptBack[] => {
    const isTheirs = own && erased?.user === user && Temporal.Instant.compare(askedAt, own.requestedAt) <= 0;
    if (!user || isTheirs) return [];
    const subject = { platformUserId: user, platformCompanyId: company };
    const of = { scope: "person" as const, subject, identities: new Map([["email", emails]]) };
    return [{ of, system, collection: null, from: null, until: null }];
  });
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

/** @throws when a hold, or a restriction that keeps, was asked for since, of which whoever began before knows nothing; the next attempt does */
export async function refuseNewHold(tx: Tx, since: Temporal.Instant): Promise<void> {
  const [one] = await tx.db
    .select({ id: legalHolds.id })
    .from(legalHolds)
    .where(and(gt(legalHolds.requestedAt, since), isNull(legalHolds.withdrawnAt)))
    .limit(1);
  const [limit] = await tx.db
    .select({ id: processingRecords.id })
    .from(processingRecords)
    .where(and(keeping, gt(processingRecords.askedAt, since)))
    .limit(1);
  if (one || limit) throw new Error("a hold was asked for meanwhile");
}
