import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant } from "../types";
import { staff } from "./people";

/** A change is announced to everybody; a technical upgrade keeps every word and number, and notifies nobody. */
export const versionKinds = ["change", "technical"] as const;

/**
 * A policy version. Its state is dated: draft (nothing set), in review (`submitted_at`), announced
 * (`announced_at`), in force and superseded (`effective_at` against the clock), withdrawn
 * (`withdrawn_at`). A database trigger knows which state follows which, and what stands still in each.
 */
export const policyVersions = pgTable(
  "policy_versions",
  {
    id: uuid().primaryKey(),
    number: integer().notNull().unique(),
    language: text().notNull().default("en"),
    title: text().notNull(),
    markdown: text().notNull(),
    /** Lower-case hex SHA-256 of the UTF-8 bytes of `markdown`. */
    sha256: text().notNull(),
    authorId: uuid("author_id").references(() => staff.id),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    submittedAt: instant("submitted_at"),
    /** When the text was first shown to the public; the policy's "last updated" date. */
    announcedAt: instant("announced_at"),
    effectiveAt: instant("effective_at"),
    withdrawnAt: instant("withdrawn_at"),
    kind: text({ enum: versionKinds }).notNull().default("change"),
    /** Public, in a sentence: why an announced version was taken back. */
    withdrawnReason: text("withdrawn_reason"),
  },
  (t) => [
    index("policy_effective").on(t.effectiveAt),
    check("policy_sha256", sql`${t.sha256} ~ '^[0-9a-f]{64}$'`),
    check("policy_dates", sql`${t.announcedAt} is null or ${t.effectiveAt} is not null`),
  ],
);

export const highlightKinds = [
  "new-data",
  "new-purpose",
  "new-recipient",
  "retention-longer",
  "retention-shorter",
  "right-added",
  "right-narrowed",
  "contact",
  "wording",
] as const;

/** How much a change matters to whoever reads it. */
export const severities = ["high", "medium", "low"] as const;

/** One significant change from the version before, with a plain sentence on what it means for the reader. */
export const highlights = pgTable(
  "policy_highlights",
  {
    id: uuid().primaryKey(),
    versionId: uuid("version_id")
      .notNull()
      .references(() => policyVersions.id),
    kind: text({ enum: highlightKinds }).notNull(),
    clauseId: text("clause_id").notNull(),
    sentence: text().notNull(),
    oldText: text("old_text"),
    newText: text("new_text"),
    position: integer().notNull(),
    severity: text({ enum: severities }).notNull().default("medium"),
    /** The policy's categories of data that it is about (`collect.usage`); none: it is about everybody. */
    categories: text().array().notNull().default(sql`'{}'`),
  },
  (t) => [unique("policy_highlights_order").on(t.versionId, t.position)],
);

/** A second officer's approval, bound to the hash of the exact text, highlights, audience and time (S15). */
export const policyApprovals = pgTable(
  "policy_approvals",
  {
    id: uuid().primaryKey(),
    versionId: uuid("version_id")
      .notNull()
      .references(() => policyVersions.id),
    authorId: uuid("author_id")
      .notNull()
      .references(() => staff.id),
    approverId: uuid("approver_id")
      .notNull()
      .references(() => staff.id),
    /** SHA-256 over RFC 8785 of { text, kind, highlights, audience, effectiveAt }; the database computes it too. */
    boundTo: text("bound_to").notNull(),
    detail: jsonb().notNull(),
    approvedAt: instant("approved_at").notNull().default(sql`now()`),
    voidedAt: instant("voided_at"),
  },
  (t) => [check("policy_two_people", sql`${t.authorId} <> ${t.approverId}`)],
);

/** What staff say to each other about a draft; nobody else reads it. */
export const policyComments = pgTable(
  "policy_comments",
  {
    id: uuid().primaryKey(),
    versionId: uuid("version_id")
      .notNull()
      .references(() => policyVersions.id),
    /** The clause it is about; null: the text as a whole. */
    clauseId: text("clause_id"),
    authorId: uuid("author_id")
      .notNull()
      .references(() => staff.id),
    body: text().notNull(),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    resolvedAt: instant("resolved_at"),
    resolvedBy: uuid("resolved_by").references(() => staff.id),
  },
  (t) => [index("policy_comments_version").on(t.versionId, t.createdAt)],
);

export const proposalDecisions = ["confirmed", "edited", "dismissed"] as const;

/** What became of a highlight that the rules proposed, by the proposal's key; another text gives another key. */
export const policyProposalDecisions = pgTable(
  "policy_proposal_decisions",
  {
    versionId: uuid("version_id")
      .notNull()
      .references(() => policyVersions.id),
    proposal: text().notNull(),
    decision: text({ enum: proposalDecisions }).notNull(),
    /** Why it is none; asked for when one is dismissed. */
    reason: text(),
    decidedBy: uuid("decided_by")
      .notNull()
      .references(() => staff.id),
    decidedAt: instant("decided_at").notNull().default(sql`now()`),
  },
  (t) => [primaryKey({ columns: [t.versionId, t.proposal] })],
);
