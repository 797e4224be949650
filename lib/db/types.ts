import { type SQL, sql } from "drizzle-orm";
import { type AnyPgColumn, customType } from "drizzle-orm/pg-core";

/** `timestamptz` as `Temporal.Instant`. Postgres keeps microseconds, and so does this. */
export const instant = customType<{ data: Temporal.Instant; driverData: string }>({
  dataType: () => "timestamp with time zone",
  fromDriver: (value) => Temporal.Instant.from(value),
  toDriver: (value) => value.toString({ smallestUnit: "microsecond" }),
});

/** An instant inside a statement that is written by hand, with the same microseconds. */
export const timestamptz = (at: Temporal.Instant): SQL =>
  sql`${at.toString({ smallestUnit: "microsecond" })}::timestamptz`;

/**
 * Whether what began at `began` has been kept for `period` (ISO 8601, in UTC's calendar) at `now`. Counted forward from each
 * beginning as a person would, so that three years from 29 February end on 28 February; backward from `now` they would not.
 */
export const keptFor = (began: SQL | AnyPgColumn, period: string, now: Temporal.Instant): SQL =>
  sql`(${began} at time zone 'UTC' + ${period}::interval) at time zone 'UTC' <= ${timestamptz(now)}`;

/** `bytea` as Buffer. */
export const bytes = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => "bytea",
  fromDriver: (value) => Buffer.from(value),
});

/** Texts as one array in a statement that is written by hand. */
export const textArray = (texts: readonly string[]): SQL => sql`${sql.param([...texts])}::text[]`;
