import { index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../types";

/**
 * The database's copy of the list of erasures (lib/suppression): what it does not know of, it was brought back from before. No
 * reference to the case, which ends earlier.
 */
export const suppressions = pgTable(
  "suppressions",
  {
    /** Noted before the line is written. */
    id: uuid().primaryKey(),
    reference: text().notNull(),
    notedAt: instant("noted_at").notNull(),
    /** Place in the list; null until the line is written. */
    n: integer().unique(),
    mac: text(),
    line: text(),
    writtenAt: instant("written_at"),
    /** Set when the line was taken over from the list, after this database was restored. */
    replayedAt: instant("replayed_at"),
  },
  (t) => [index("suppressions_reference").on(t.reference)],
);
