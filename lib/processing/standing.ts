import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { people, processingRecords } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { Limit } from "./may-process";

const columns = {
  ...{ personId: processingRecords.personId, kind: processingRecords.kind, purpose: processingRecords.purpose },
  ...{ system: processingRecords.system, inEffectFrom: processingRecords.inEffectFrom },
  ...{ decision: processingRecords.decision, exceptionGround: processingRecords.exceptionGround },
  endedAt: processingRecords.endedAt,
};

/** What stands for one person here. */
export const standingOf = (tx: Tx, personId: string): Promise<Limit[]> =>
  tx.db
    .select(columns)
    .from(processingRecords)
    .where(and(eq(processingRecords.personId, personId), isNull(processingRecords.endedAt)));

/** What stands for people of the platform, by its own ids; who is not in it has no limit, known here or not. */
export async function standingOfSubjects(
  tx: Tx,
  subjects: readonly string[],
): Promise<Map<string, (Limit & { personId: string })[]>> {
  const rows = await tx.db
    .select({ ...columns, subject: sql<string>`${people.platformUserId}` })
    .from(people)
    .innerJoin(processingRecords, eq(processingRecords.personId, people.id))
    .where(and(inArray(people.platformUserId, [...subjects]), isNull(processingRecords.endedAt)));
  return Map.groupBy(rows, ({ subject }) => subject);
}
