import { and, asc, eq, inArray, lte, ne } from "drizzle-orm";
import type { Ctx } from "../context";
import { cases, correctionItems } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { type LimitInForce, limitsInForce } from "./limits-in-force";

/** One request as it stood; `on` is its day in UTC. */
export type RightInUse = { right: string; reference: string; on: string; state: string };
export type RightsInUse = {
  requests: RightInUse[];
  /** What of the uses is stopped, limited or allowed for this person. */
  limits: LimitInForce[];
  /** Values that a rule decided for this person, and nobody else looked at. */
  ruled: number;
};

const rights = {
  access: "A copy",
  portability: "Data to move",
  correction: "A correction",
  deletion: "Deletion",
  objection: "An objection",
  restriction: "A restriction",
} as const;
type Right = keyof typeof rights;

const states = {
  approved: "granted",
  partly: "granted in part",
  completed: "answered",
  declined: "declined",
  cancelled: "withdrawn or stopped",
} as const;

/**
 * Which rights a person has used and how each request stood at an instant, for the statement (L3). What came later does not show, so
 * that another try at the same package writes the same bytes (R8).
 * @param but the request that the package itself answers
 */
export function rightsInUse(
  ctx: Ctx,
  { personId, at, but }: { personId: string; at: Temporal.Instant; but: string },
): Promise<RightsInUse> {
  return withRead(ctx, async (tx) => ({
    requests: await requestsOf(tx, personId, at, but),
    limits: await limitsInForce(tx, personId, at),
    ruled: await ruledFor(tx, personId, at),
  }));
}

async function requestsOf(tx: Tx, personId: string, at: Temporal.Instant, but: string): Promise<RightInUse[]> {
  const rows = await tx.db
    .select()
    .from(cases)
    .where(
      and(
        eq(cases.subjectId, personId),
        inArray(cases.kind, Object.keys(rights) as Right[]),
        lte(cases.receivedAt, at),
        ne(cases.id, but),
      ),
    )
    .orderBy(asc(cases.receivedAt), asc(cases.id));
  return rows.map(({ kind, reference, receivedAt, decision, decidedAt }) => {
    const isDecided = decision && decidedAt && Temporal.Instant.compare(decidedAt, at) <= 0;
    return {
      ...{ right: rights[kind as Right], reference, on: receivedAt.toString().slice(0, 10) },
      state: isDecided ? states[decision] : "being looked at",
    };
  });
}

async function ruledFor(tx: Tx, personId: string, at: Temporal.Instant): Promise<number> {
  const rows = await tx.db
    .select({ id: correctionItems.id })
    .from(correctionItems)
    .innerJoin(cases, eq(cases.id, correctionItems.caseId))
    .where(and(eq(cases.subjectId, personId), eq(correctionItems.by, "rule"), lte(correctionItems.appliedAt, at)));
  return rows.length;
}
