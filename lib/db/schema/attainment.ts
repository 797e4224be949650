import { bigint, doublePrecision, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "../types";

/**
 * How requests and questions were answered, counted once a day by when they were received. What the public page shows; it names
 * nobody. `answered` and the others are each the base of one of its figures.
 */
export const attainmentCounts = pgTable(
  "attainment_counts",
  {
    /** `year` (the last twelve months), or a month as `2026-07`. */
    period: text().notNull(),
    /** One of the kinds of cases, or `all`. */
    kind: text().notNull(),
    /** Place of the period on the page: 0 the whole, then from the oldest month on. */
    position: integer().notNull(),
    received: bigint({ mode: "number" }).notNull(),
    /** Whose 72 hours were met or are over. */
    replyDue: bigint("reply_due", { mode: "number" }).notNull(),
    replyInTime: bigint("reply_in_time", { mode: "number" }).notNull(),
    /** Whose month by the law was met or is over. */
    lawDue: bigint("law_due", { mode: "number" }).notNull(),
    lawInTime: bigint("law_in_time", { mode: "number" }).notNull(),
    answered: bigint({ mode: "number" }).notNull(),
    /** Hours from receipt to the first substantive answer, of half of those answered; null when none was. */
    medianHours: doublePrecision("median_hours"),
    decided: bigint({ mode: "number" }).notNull(),
    /** Declined, whole or in part. */
    refused: bigint({ mode: "number" }).notNull(),
    countedAt: instant("counted_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.period, t.kind] })],
);
