import { sql } from "drizzle-orm";
import { check, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "../types";
import { staff } from "./people";
import { policyVersions } from "./policy";

export const transferKinds = ["merger", "acquisition", "asset-sale"] as const;

/**
 * Data that goes to another controller with the business. Written by one officer, approved by another (S15), and told to everybody
 * by the notice of a policy version that names the new recipient, at least the notice period before its day; the database refuses
 * a version that does not.
 */
export const businessTransfers = pgTable(
  "business_transfers",
  {
    id: uuid().primaryKey(),
    kind: text({ enum: transferKinds }).notNull(),
    /** Who receives the data, as people will read it. */
    recipient: text().notNull(),
    country: text().notNull(),
    /** The policy's categories of data. */
    categories: text().array().notNull(),
    /** The legal ground, and what it means for people, in words that everybody reads. */
    ground: text({ enum: ["legitimate-interest", "contract", "consent"] }).notNull(),
    text: text().notNull(),
    /** The day on which the data goes over. */
    happensAt: instant("happens_at").notNull(),
    /** By the database: of everything above. */
    sha256: text().notNull().default(""),
    requestedBy: uuid("requested_by")
      .notNull()
      .references(() => staff.id),
    requestedAt: instant("requested_at").notNull(),
    approvedBy: uuid("approved_by").references(() => staff.id),
    approvedAt: instant("approved_at"),
    /** The hash that they saw. */
    approvedSha256: text("approved_sha256"),
    withdrawnBy: uuid("withdrawn_by").references(() => staff.id),
    withdrawnAt: instant("withdrawn_at"),
    /** The announced version whose notice tells of it. */
    versionId: uuid("version_id").references(() => policyVersions.id),
    publishedAt: instant("published_at"),
  },
  (t) => [
    uniqueIndex("business_transfers_version").on(t.versionId),
    check("business_transfers_two_people", sql`${t.approvedBy} is null or ${t.approvedBy} <> ${t.requestedBy}`),
    check("business_transfers_approved", sql`(${t.approvedAt} is null) = (${t.approvedBy} is null)`),
    check("business_transfers_bound", sql`${t.approvedAt} is null or ${t.approvedSha256} = ${t.sha256}`),
    check("business_transfers_published", sql`(${t.publishedAt} is null) = (${t.versionId} is null)`),
    check("business_transfers_after_approval", sql`${t.publishedAt} is null or ${t.approvedAt} is not null`),
  ],
);
