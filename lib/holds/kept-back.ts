import { and, eq, gt, inArray, isNotNull, isNull, or, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { KeptBack } from "../data-map/held";
import { cases, legalHolds, people, processingRecords } from "../db/schema";
import type { Tx } from "../db/transaction";
import { ErasureRefused } from "../erasure/catalog";
import { openKnownBy } from "./sealed-words";

/** Whose erasure it is, of which account where that is known apart from the one they have now, and when it was asked for. */
export type OwnErasure = { personId: string; account?: string | undefined; requestedAt: Temporal.Instant };

/** That a hold was set, or waits for its second officer and has not lapsed. */
export const holdStands = (now: Temporal.Instant) =>
  and(
    isNull(legalHolds.releasedAt),
    isNull(legalHolds.withdrawnAt),
    or(isNotNull(legalHolds.setAt), gt(legalHolds.requestedAt, now.subtract({ hours: config.holds.provisionalHours }))),
  );

/** That a hold which stands names somebody who is known here, or their company: nothing of theirs is forgotten here. */
export const isNamedByHold = (
  now: Temporal.Instant,
) => sql<boolean>`exists (select 1 from ${legalHolds} where ${holdStands(now)}
  and (${legalHolds.platformUserId} = ${people.platformUserId}
    or ${legalHolds.scope} = 'company' and ${legalHolds.platformCompanyId} = ${people.platformCompanyId}))`;

/**
 * What may not be deleted or changed now: legal holds that stand, and those asked for that still wait for their second officer;
 * and what people had restricted so that it is kept (GDPR 18(1)(b), (c)), but for an erasure that they asked for themselves since.
 * A sweep also leaves alone whose request about their data is open, so that nobody's copy shrinks while they wait for it.
 */
export async function keptBack(tx: Tx, by: "erasure" | "sweep", own?: OwnErasure): Promise<KeptBack[]> {
  const holds = await tx.db.select().from(legalHolds).where(holdStands(tx.now));
  const kept = holds.map(
    (hold): KeptBack => ({
      id: hold.id,
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
  isNotNull(processingRecords.subject),
);

/** The ids of all that stands now, for a statement that is written by hand. */
export const standingSql = (
  now: Temporal.Instant,
) => sql`(select ${legalHolds.id} from ${legalHolds} where ${holdStands(now)}
  union all select ${processingRecords.id} from ${processingRecords} where ${keeping})`;

/** The holds and restrictions that stood at a moment, by their ids. */
export type StandingHolds = ReadonlySet<string>;

/** Those by which rows were kept back, as {@link keptBack} told. */
export const standingIn = (kept: readonly KeptBack[]): StandingHolds => new Set(kept.flatMap(({ id }) => id ?? []));

/** Asked before {@link keptBack}: what begins to stand in between is kept, and refused as new, and never missed. */
export async function standingNow(tx: Tx): Promise<StandingHolds> {
  const rows = await tx.db.execute<{ id: string }>(standingSql(tx.now));
  return new Set(rows.map(({ id }) => id));
}

async function restricted(tx: Tx, own: OwnErasure | undefined): Promise<KeptBack[]> {
  const rows = await tx.db
    .select({
      ...{
        id: processingRecords.id,
        user: processingRecords.subject,
        askedAt: processingRecords.askedAt,
        system: processingRecords.system,
      },
      // Of whoever has the account now: an address that it has no more would keep somebody else's rows.
      company: sql<
        string | null
      >`(select max(p.platform_company_id) from people p where p.platform_user_id = ${processingRecords.subject})`,
      emails: sql<
        string[]
      >`array(select p.email from people p where p.platform_user_id = ${processingRecords.subject})`,
    })
    .from(processingRecords)
    .where(keeping);
  const erased = own && (own.account || (await accountOf(tx, own.personId)));
  return rows.flatMap(({ id, askedAt, system, user, company, emails }): KeptBack[] => {
    const isTheirs = own && erased === user && Temporal.Instant.compare(askedAt, own.requestedAt) <= 0;
    if (!user || isTheirs) return [];
    const subject = { platformUserId: user, platformCompanyId: company };
    const of = { scope: "person" as const, subject, identities: new Map([["email", emails]]) };
    return [{ id, of, system, collection: null, from: null, until: null }];
  });
}

async function accountOf(tx: Tx, personId: string): Promise<string | null> {
  const [found] = await tx.db.select({ user: people.platformUserId }).from(people).where(eq(people.id, personId));
  return found?.user ?? null;
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

/** Nothing lasted; the next attempt knows the hold. */
export class HeldMeanwhile extends ErasureRefused {}

/**
 * @param known what stood when whoever asks read what is kept
 * @throws HeldMeanwhile when another hold, or a restriction that keeps, stands now: asked for, set after it had lapsed, or stored only after that
 *   reading. The next attempt knows it
 */
export async function refuseNewHold(tx: Tx, known: StandingHolds): Promise<void> {
  for (const id of await standingNow(tx))
    if (!known.has(id)) throw new HeldMeanwhile("a hold was asked for meanwhile; it can be tried again");
}
