import { integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "../types";

/** What the newest comparison of the data map with one system's database found. One row a system; it names nobody. */
export const mapChecks = pgTable("map_checks", {
  /** Its name in the data map. */
  system: text().primaryKey(),
  checkedAt: instant("checked_at").notNull(),
  /** Columns that the map declares, by the policy's category. */
  columns: jsonb().$type<Record<string, number>>().notNull(),
  /** Tables and columns in the database of which nobody has said what they hold. */
  undeclared: integer().notNull(),
});
