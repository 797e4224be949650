import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "../types";
import { staff } from "./people";

export const authorityKinds = [
  "court",
  "law-enforcement",
  "regulator",
  "tax",
  "national-security",
  "other-authority",
] as const;

/** GDPR 6(1)(c) by an order or a statute, 6(1)(d), 6(1)(f). */
export const disclosureGrounds = [
  "court-order",
  "statutory-order",
  "legal-process",
  "vital-interests",
  "legal-claims",
] as const;

export const disclosureOutcomes = ["given", "narrowed", "refused"] as const;

/**
 * An authority's demand for data, and what it was answered. Recorded by one officer and released by another (S15): the release
 * binds to the hash of everything here, which the database computes. What it says never changes.
 */
export const disclosures = pgTable(
  "disclosures",
  {
    id: uuid().primaryKey(),
    authorityKind: text("authority_kind", { enum: authorityKinds }).notNull(),
    ground: text({ enum: disclosureGrounds }).notNull(),
    /** Which authority, under what number, and why it is answered so; sealed under the master key. */
    words: bytes().notNull(),
    /** SHA-256 of those words, so that the hash of the whole covers them. */
    wordsSha256: text("words_sha256").notNull(),
    receivedAt: instant("received_at").notNull(),
    outcome: text({ enum: disclosureOutcomes }).notNull(),
    /** The policy's categories of data that were asked for, and those that are given. */
    asked: text().array().notNull(),
    given: text().array().notNull(),
    /** How many people it was about, and of how many data is given. */
    peopleAsked: integer("people_asked").notNull(),
    peopleGiven: integer("people_given").notNull(),
    /** SHA-256 of the affected accounts' ids, sorted, one a line. */
    peopleSha256: text("people_sha256").notNull(),
    /** Until then nobody outside may know of it, by order of the authority. */
    sealedUntil: instant("sealed_until"),
    /** By the database: of everything above. */
    sha256: text().notNull().default(""),
    requestedBy: uuid("requested_by")
      .notNull()
      .references(() => staff.id),
    requestedAt: instant("requested_at").notNull(),
    releasedBy: uuid("released_by").references(() => staff.id),
    /** The second officer's yes: from then on it is answered. */
    releasedAt: instant("released_at"),
    /** The hash that they saw. */
    releasedSha256: text("released_sha256"),
    withdrawnBy: uuid("withdrawn_by").references(() => staff.id),
    withdrawnAt: instant("withdrawn_at"),
    /** A later end of the seal, where the authority renewed its order. */
    extendedUntil: instant("extended_until"),
    extendedBy: uuid("extended_by").references(() => staff.id),
    /** When those it is about were told, and everybody sees it in the counts. */
    openedAt: instant("opened_at"),
  },
  (t) => [
    index("disclosures_received").on(t.receivedAt),
    index("disclosures_closed").on(t.releasedAt).where(sql`released_at is not null and opened_at is null`),
    check("disclosures_two_people", sql`${t.releasedBy} is null or ${t.releasedBy} <> ${t.requestedBy}`),
    check("disclosures_released", sql`(${t.releasedAt} is null) = (${t.releasedBy} is null)`),
    check("disclosures_bound", sql`${t.releasedAt} is null or ${t.releasedSha256} = ${t.sha256}`),
    check("disclosures_one_end", sql`${t.releasedAt} is null or ${t.withdrawnAt} is null`),
    check("disclosures_opened", sql`${t.openedAt} is null or ${t.releasedAt} is not null`),
    check(
      "disclosures_extended",
      sql`(${t.extendedUntil} is null) = (${t.extendedBy} is null) and (${t.extendedUntil} is null or ${t.extendedUntil} > ${t.sealedUntil})`,
    ),
    check("disclosures_people", sql`${t.peopleGiven} between 0 and ${t.peopleAsked}`),
    check(
      "disclosures_outcome",
      sql`(${t.outcome} = 'refused') = (cardinality(${t.given}) = 0) and (${t.outcome} = 'refused') = (${t.peopleGiven} = 0)`,
    ),
  ],
);

/** Somebody whose data a disclosure is about; they see it once they were told. */
export const disclosurePeople = pgTable(
  "disclosure_people",
  {
    id: uuid().primaryKey(),
    disclosureId: uuid("disclosure_id")
      .notNull()
      .references(() => disclosures.id, { onDelete: "cascade" }),
    platformUserId: text("platform_user_id").notNull(),
    /** Where they are told, sealed under the master key; gone once they were. */
    address: bytes(),
    toldAt: instant("told_at"),
  },
  (t) => [
    uniqueIndex("disclosure_people_once").on(t.disclosureId, t.platformUserId),
    index("disclosure_people_user").on(t.platformUserId),
  ],
);
