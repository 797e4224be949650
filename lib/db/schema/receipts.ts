import { integer, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "../types";
import { cases } from "./cases";

/** What an erasure did, signed: never changed, only followed by another edition. */
export const receipts = pgTable(
  "receipts",
  {
    id: uuid().primaryKey(),
    caseId: uuid("case_id")
      .notNull()
      .references(() => cases.id, { onDelete: "cascade" }),
    edition: integer().notNull(),
    madeAt: instant("made_at").notNull(),
    /** The file, byte for byte. */
    body: text().notNull(),
    /** Of the file. */
    sha256: text().notNull(),
    /** SHA-256 of the token in its address; the same for every edition of a case. */
    tokenHash: text("token_hash").notNull(),
    /** The token, sealed under the master key, for the person's own pages. */
    token: bytes().notNull(),
  },
  (t) => [unique("receipts_edition").on(t.caseId, t.edition), unique("receipts_token").on(t.tokenHash, t.edition)],
);

/** When the accounts were closed, as the platform had it before the erasure: what is kept is counted from there. */
export const accountClosures = pgTable("account_closures", {
  caseId: uuid("case_id")
    .primaryKey()
    .references(() => cases.id, { onDelete: "cascade" }),
  /** Null: it was open, and ends with the erasure. */
  accountClosedAt: instant("account_closed_at"),
  /** Null: it is open, or the person has none. */
  companyClosedAt: instant("company_closed_at"),
  notedAt: instant("noted_at").notNull(),
});
