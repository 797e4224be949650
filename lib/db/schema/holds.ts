import { sql } from "drizzle-orm";
import { check, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "../types";
import { staff } from "./people";

export const holdScopes = ["person", "company", "collection"] as const;
/** GDPR 17(3)(e), 17(3)(b), and an authority's order under either. */
export const holdGrounds = ["legal-claim", "legal-duty", "authority-order"] as const;

/**
 * A legal hold: rows that neither an erasure nor a sweep may touch. Asked for by one officer and set by another, and released
 * the same way (S15). Its extent never changes; its life is in the times.
 */
export const legalHolds = pgTable(
  "legal_holds",
  {
    id: uuid().primaryKey(),
    scope: text({ enum: holdScopes }).notNull(),
    /** The platform's own ids; of a company the account through which it was found. */
    platformUserId: text("platform_user_id"),
    platformCompanyId: text("platform_company_id"),
    /** By what else the person or company was known when it was asked for, sealed: an erasure may take the rows that say it. */
    identities: bytes(),
    /** Names in the data map; null: everywhere. */
    system: text(),
    collection: text(),
    /** Only rows whose age counts from within these bounds. */
    fromAt: instant("from_at"),
    untilAt: instant("until_at"),
    ground: text({ enum: holdGrounds }).notNull(),
    /** Staff's own words on why, sealed under the master key. */
    note: bytes().notNull(),
    requestedBy: uuid("requested_by")
      .notNull()
      .references(() => staff.id),
    requestedAt: instant("requested_at").notNull(),
    /** The second officer's yes. */
    setBy: uuid("set_by").references(() => staff.id),
    setAt: instant("set_at"),
    /** Taken back or refused before it was set. */
    withdrawnBy: uuid("withdrawn_by").references(() => staff.id),
    withdrawnAt: instant("withdrawn_at"),
    /** Not shown to the person it is about, with the reason, sealed. */
    concealedBy: uuid("concealed_by").references(() => staff.id),
    concealedAt: instant("concealed_at"),
    concealReason: bytes("conceal_reason"),
    releaseRequestedBy: uuid("release_requested_by").references(() => staff.id),
    releaseRequestedAt: instant("release_requested_at"),
    releaseReason: bytes("release_reason"),
    releasedBy: uuid("released_by").references(() => staff.id),
    releasedAt: instant("released_at"),
  },
  (t) => [
    index("legal_holds_open").on(t.requestedAt).where(sql`released_at is null and withdrawn_at is null`),
    index("legal_holds_user").on(t.platformUserId),
    index("legal_holds_company").on(t.platformCompanyId),
    check(
      "legal_holds_extent",
      sql`case ${t.scope} when 'person' then ${t.platformUserId} is not null when 'company' then ${t.platformCompanyId} is not null
          else ${t.collection} is not null and ${t.platformUserId} is null and ${t.platformCompanyId} is null end`,
    ),
    check("legal_holds_collection", sql`${t.collection} is null or ${t.system} is not null`),
    check("legal_holds_range", sql`${t.fromAt} is null or ${t.untilAt} is null or ${t.fromAt} < ${t.untilAt}`),
    check(
      "legal_holds_two_to_set",
      sql`(${t.setBy} is null) = (${t.setAt} is null) and ${t.setBy} <> ${t.requestedBy}`,
    ),
    check(
      "legal_holds_two_to_release",
      sql`(${t.releasedBy} is null) = (${t.releasedAt} is null) and ${t.releasedBy} <> ${t.releaseRequestedBy}
          and (${t.releasedAt} is null or (${t.releaseRequestedAt} is not null and ${t.setAt} is not null))`,
    ),
    check("legal_holds_withdrawn", sql`${t.withdrawnAt} is null or ${t.setAt} is null`),
    check(
      "legal_holds_concealed",
      sql`(${t.concealedBy} is null) = (${t.concealedAt} is null) and (${t.concealedAt} is null or ${t.concealReason} is not null)`,
    ),
  ],
);
