import { and, isNull, type SQL, sql } from "drizzle-orm";
import { processingRecords, type processingRefusals } from "../db/schema";
import { askDatabase, type Tx } from "../db/transaction";
import { textArray } from "../db/types";
import type { Limit } from "./may-process";

const columns = {
  ...{ personId: processingRecords.personId, kind: processingRecords.kind, purpose: processingRecords.purpose },
  ...{ system: processingRecords.system, inEffectFrom: processingRecords.inEffectFrom },
  ...{ decision: processingRecords.decision, exceptionGround: processingRecords.exceptionGround },
  endedAt: processingRecords.endedAt,
};

/**
 * The records about somebody's account: what anybody said for it, and what they said before they had one; nothing about the account
 * that had their address before. Whom the platform knows no more has what they said themselves. The same as the database's
 * `tc_own_limit`.
 */
export const aboutPerson = (
  personId: string,
  table: typeof processingRecords | typeof processingRefusals = processingRecords,
): SQL => {
  const account = sql`(select platform_user_id from people where id = ${personId})`;
  // Two arms, each with an index of its own.
  return sql`(${table.subject} = ${account}
    or (${table.personId} = ${personId} and (coalesce(${table.subject}, '') = '' or ${account} is null)))`;
};

/** What stands for one person here. */
export const standingOf = (tx: Tx, personId: string): Promise<Limit[]> =>
  tx.db
    .select(columns)
    .from(processingRecords)
    .where(and(aboutPerson(personId), isNull(processingRecords.endedAt)));

/** A record that stands for an account of the platform, and who said it. */
export type Standing = Limit & { subject: string; personId: string };

type Row = [
  subject: string,
  personId: string,
  kind: Limit["kind"],
  purpose: Limit["purpose"],
  system: string | null,
  inEffectFrom: string,
  decision: Limit["decision"],
  exceptionGround: Limit["exceptionGround"],
];

/**
 * What stands for accounts of the platform, by its own ids, the earliest first; which is not in it has no limit, known here or not.
 * One way to the database and back.
 */
export async function standingOfSubjects(
  subjects: readonly string[],
): Promise<{ at: Temporal.Instant; standing: Map<string, Standing[]> }> {
  const [found] = await askDatabase<{ at: string; records: Row[] }>(
    sql`select at::text as at, records from tc_processing_standing(${textArray(subjects)})`,
  );
  const standing = (found?.records ?? []).map(
    ([subject, personId, kind, purpose, system, from, decision, exceptionGround]): Standing => ({
      ...{ subject, personId, kind, purpose, system, decision, exceptionGround, endedAt: null },
      inEffectFrom: Temporal.Instant.from(from),
    }),
  );
  return { at: Temporal.Instant.from(String(found?.at)), standing: Map.groupBy(standing, ({ subject }) => subject) };
}
