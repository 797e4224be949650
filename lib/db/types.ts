import { customType } from "drizzle-orm/pg-core";

/** `timestamptz` as `Temporal.Instant`. Postgres keeps microseconds, and so does this. */
export const instant = customType<{ data: Temporal.Instant; driverData: string }>({
  dataType: () => "timestamp with time zone",
  fromDriver: (value) => Temporal.Instant.from(value),
  toDriver: (value) => value.toString({ smallestUnit: "microsecond" }),
});

/** `bytea` as Buffer. */
export const bytes = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => "bytea",
  fromDriver: (value) => Buffer.from(value),
});
