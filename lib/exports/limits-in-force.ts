import { and, asc, gt, isNull, lte, or } from "drizzle-orm";
import { dataMap } from "../data-map/load";
import { processingRecords } from "../db/schema";
import type { Tx } from "../db/transaction";
import { purposeInWords } from "../processing/purposes";
import { aboutPerson } from "../processing/standing";

/** What a person said about a use of their data, in force at an instant; `since` is its day in UTC. */
export type LimitInForce = { what: string; use: string; system: string | null; since: string; state: string };

const kinds = { objection: "You objected", restriction: "You had it limited", exception: "It goes on under a limit" };
const grounds = {
  consent: "as you allowed",
  "legal-claims": "for legal claims or since the law orders it",
  "protection-of-others": "to protect other people",
};

/**
 * Objections, limits and what goes on under them at an instant, for the statement (L3). What came later does not show, so that
 * another try at the same package writes the same bytes (R8).
 */
export async function limitsInForce(tx: Tx, personId: string, at: Temporal.Instant): Promise<LimitInForce[]> {
  const { inEffectFrom, endedAt, id } = processingRecords;
  const rows = await tx.db
    .select()
    .from(processingRecords)
    .where(and(aboutPerson(personId), lte(inEffectFrom, at), or(isNull(endedAt), gt(endedAt, at))))
    .orderBy(asc(inEffectFrom), asc(id));
  return rows.map(({ kind, purpose, system, exceptionGround, decidedAt, ...row }) => {
    const isDecided = decidedAt !== null && Temporal.Instant.compare(decidedAt, at) <= 0;
    const waits = kind !== "exception" && !(kind === "objection" && purpose === "improvement") && !isDecided;
    return {
      what: kinds[kind],
      use: purposeInWords(purpose),
      system: system === null ? null : (dataMap().systems.find(({ name }) => name === system)?.label ?? system),
      since: row.inEffectFrom.toString().slice(0, 10),
      state: exceptionGround
        ? grounds[exceptionGround]
        : waits
          ? "in force, and being weighed by a person"
          : "in force",
    };
  });
}
