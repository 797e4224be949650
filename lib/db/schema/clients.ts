import { sql } from "drizzle-orm";
import { index, integer, jsonb, pgTable, text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "../types";
import { cases } from "./cases";
import { people, staff } from "./people";

/** A request of somebody who is only named by a company, passed on to that company, which decides about it (L11). */
export const clientRequests = pgTable(
  "client_requests",
  {
    id: uuid().primaryKey(),
    caseId: uuid("case_id")
      .notNull()
      .references(() => cases.id, { onDelete: "cascade" }),
    /** The case's, by which the company and the person can speak of it. */
    reference: text().notNull(),
    /** The platform's id of the company. */
    companyId: text("company_id").notNull(),
    /** { email, name, text } as the person gave them, sealed under the master key; destroyed once done, or after 90 days. */
    sealed: bytes(),
    passedAt: instant("passed_at").notNull(),
    passedBy: uuid("passed_by").references(() => staff.id),
    /** When an owner of the company said that it is done. */
    doneAt: instant("done_at"),
    doneBy: uuid("done_by").references(() => people.id, { onDelete: "set null" }),
  },
  (t) => [unique("client_requests_one").on(t.caseId, t.companyId), index("client_requests_company").on(t.companyId)],
);

/** One of a company's clients, erased by the company's owner: a transaction on the platform, and what is known of it here. */
export const clientErasures = pgTable(
  "client_erasures",
  {
    id: uuid().primaryKey(),
    companyId: text("company_id").notNull(),
    /** The platform's id of the client. */
    clientId: text("client_id").notNull(),
    orderedBy: uuid("ordered_by").references(() => people.id, { onDelete: "set null" }),
    orderedAt: instant("ordered_at").notNull(),
    /** Counts up with each try; an older one that wakes up writes nothing (R3). */
    attempt: integer().notNull().default(0),
    /** What the run does, per collection: counts only. Stored before it lasts there. */
    fates: jsonb(),
    /** The same in other systems of the data map, by name: `{ fates, transaction }`. They come first. */
    elsewhere: jsonb(),
    /** The holds and restrictions that kept something back, in any system: when one ends, the client is erased again. */
    keptBy: text("kept_by").array(),
    /** The transaction's id in that system, by which a run that fell in between is asked whether it lasted. */
    transaction: text(),
    finishedAt: instant("finished_at"),
    failedAt: instant("failed_at"),
    /** What has to be mended, one problem a line; names of tables and columns only (S31). */
    failure: text(),
  },
  (t) => [
    uniqueIndex("client_erasures_open").on(t.companyId, t.clientId).where(sql`finished_at is null`),
    index("client_erasures_company").on(t.companyId, t.orderedAt),
  ],
);
