import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, instant } from "../types";
import { caseMessages, cases, packages } from "./cases";
import { staff } from "./people";

/** A word by which staff sort cases; lower-case letters, digits and hyphens, so that it is never a name or an address. */
export const caseTags = pgTable(
  "case_tags",
  {
    caseId: uuid("case_id")
      .notNull()
      .references(() => cases.id, { onDelete: "cascade" }),
    tag: text().notNull(),
    addedBy: uuid("added_by").references(() => staff.id),
    at: instant().notNull().default(sql`now()`),
  },
  (t) => [
    primaryKey({ columns: [t.caseId, t.tag] }),
    index("case_tags_tag").on(t.tag, t.caseId),
    check("case_tags_word", sql`${t.tag} ~ '^[a-z0-9][a-z0-9-]{0,29}$'`),
  ],
);

/** A colleague named in an internal note. */
export const caseMentions = pgTable(
  "case_mentions",
  {
    id: uuid().primaryKey(),
    caseId: uuid("case_id")
      .notNull()
      .references(() => cases.id, { onDelete: "cascade" }),
    messageId: uuid("message_id")
      .notNull()
      .references(() => caseMessages.id, { onDelete: "cascade" }),
    staffId: uuid("staff_id")
      .notNull()
      .references(() => staff.id),
    byStaffId: uuid("by_staff_id").references(() => staff.id),
    at: instant().notNull().default(sql`now()`),
    /** When they opened the case. */
    seenAt: instant("seen_at"),
  },
  (t) => [
    uniqueIndex("case_mentions_one").on(t.messageId, t.staffId),
    index("case_mentions_unseen").on(t.staffId, t.at).where(sql`seen_at is null`),
    index("case_mentions_case").on(t.caseId),
  ],
);

/** A view of the queue that somebody on the desk keeps under a name: the query of its address, without any person in it. */
export const deskViews = pgTable(
  "desk_views",
  {
    id: uuid().primaryKey(),
    staffId: uuid("staff_id")
      .notNull()
      .references(() => staff.id),
    name: text().notNull(),
    query: text().notNull(),
    createdAt: instant("created_at").notNull().default(sql`now()`),
  },
  (t) => [uniqueIndex("desk_views_name").on(t.staffId, t.name)],
);

/** A reply for many: its words, and the clauses of the policy that they rest on as those read when it was last checked. */
export const savedReplies = pgTable(
  "saved_replies",
  {
    id: uuid().primaryKey(),
    title: text().notNull(),
    body: text().notNull(),
    /** [{ id, sha256 }]: the hash of a clause's text. */
    clauses: jsonb().$type<{ id: string; sha256: string }[]>().notNull().default([]),
    /** Number of the version that the hashes are of. */
    checkedAgainst: integer("checked_against"),
    writtenBy: uuid("written_by")
      .notNull()
      .references(() => staff.id),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    editedBy: uuid("edited_by").references(() => staff.id),
    editedAt: instant("edited_at").notNull().default(sql`now()`),
    /** Taken out of use; kept, since replies were written from it. */
    retiredAt: instant("retired_at"),
    revision: integer().notNull().default(0),
  },
  (t) => [uniqueIndex("saved_replies_title").on(t.title).where(sql`retired_at is null`)],
);

/** One of staff looked at a package that was kept back, exactly as it was written then (S15). */
export const packageLooks = pgTable(
  "package_looks",
  {
    id: uuid().primaryKey(),
    packageId: uuid("package_id")
      .notNull()
      .references(() => packages.id, { onDelete: "cascade" }),
    staffId: uuid("staff_id")
      .notNull()
      .references(() => staff.id),
    /** Of the package's manifest: a package written anew has to be looked at anew. */
    sha256: text().notNull(),
    at: instant().notNull().default(sql`now()`),
  },
  (t) => [uniqueIndex("package_looks_one").on(t.packageId, t.staffId, t.sha256)],
);

/** What staff leave out of one package because it is about others (L4); omitted.json lists it. */
export const packageRedactions = pgTable(
  "package_redactions",
  {
    id: uuid().primaryKey(),
    packageId: uuid("package_id")
      .notNull()
      .references(() => packages.id, { onDelete: "cascade" }),
    system: text().notNull(),
    collection: text().notNull(),
    /** Null: the whole collection. */
    field: text(),
    /** `others`: only in rows that are not the person's own. */
    rows: text({ enum: ["all", "others"] }).notNull(),
    ground: text().notNull(),
    staffId: uuid("staff_id")
      .notNull()
      .references(() => staff.id),
    at: instant().notNull().default(sql`now()`),
    /** When a package without it was written whole. */
    appliedAt: instant("applied_at"),
  },
  (t) => [
    uniqueIndex("package_redactions_one").on(t.packageId, t.system, t.collection, sql`(coalesce(${t.field}, ''))`),
  ],
);

/**
 * A message as it was written, before anything was left out of it: sealed, written once, and read by an officer alone who says why.
 * It stands before the words of the message change, so that none is lost.
 */
export const messageOriginals = pgTable("message_originals", {
  messageId: uuid("message_id")
    .primaryKey()
    .references(() => caseMessages.id, { onDelete: "cascade" }),
  body: bytes().notNull(),
  at: instant().notNull().default(sql`now()`),
});

/** Something that staff left out of a message, or a message that was taken out of view: a black bar with its ground. Append-only. */
export const messageRedactions = pgTable(
  "message_redactions",
  {
    /** Stands in the message's text where the passage was. */
    id: uuid().primaryKey(),
    messageId: uuid("message_id")
      .notNull()
      .references(() => messageOriginals.messageId, { onDelete: "cascade" }),
    /** The message as a whole, with its files. */
    whole: boolean().notNull().default(false),
    ground: text().notNull(),
    staffId: uuid("staff_id")
      .notNull()
      .references(() => staff.id),
    at: instant().notNull().default(sql`now()`),
  },
  (t) => [
    index("message_redactions_message").on(t.messageId),
    uniqueIndex("message_redactions_whole").on(t.messageId).where(sql`whole`),
  ],
);

/** Who of the staff has a case open now; a row is forgotten minutes after its last sign of life. Holds nothing about a customer. */
export const casePresence = pgTable(
  "case_presence",
  {
    caseId: uuid("case_id")
      .notNull()
      .references(() => cases.id, { onDelete: "cascade" }),
    staffId: uuid("staff_id")
      .notNull()
      .references(() => staff.id, { onDelete: "cascade" }),
    /** The last sign of life. */
    at: instant().notNull(),
  },
  // No index on `at`: the table is small, and a sign of life then touches none.
  (t) => [primaryKey({ columns: [t.caseId, t.staffId] })],
);
