import { type SQL, sql } from "drizzle-orm";
import { customType } from "drizzle-orm/pg-core";

/** `timestamptz` as `Temporal.Instant`. Postgres keeps microseconds, and so does this. */
export const instant = customType<{ data: Temporal.Instant; driverData: string }>({
  dataType: () => "timestamp with time zone",
  fromDriver: (value) => Temporal.Instant.from(value),
  toDriver: (value) => value.toString({ smallestUnit: "microsecond" }),
});

/** An instant inside a statement that is written by hand, with the same microseconds. */
export const timestamptz = (at: Temporal.Instant): SQL =>
  sql`${at.toString({ smallestUnit: "microsecond" })}::timestamptz`;

/** `bytea` as Buffer. */
export const bytes = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => "bytea",
  fromDriver: (value) => Buffer.from(value),
});
