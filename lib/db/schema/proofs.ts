import { sql } from "drizzle-orm";
import { check, index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "../types";
import { cases } from "./cases";

/**
 * That whoever asked without signing in is the person it is about: a link to an address on file, once a case. No document is
 * ever asked for or stored.
 */
export const identityProofs = pgTable("identity_proofs", {
  caseId: uuid("case_id")
    .primaryKey()
    .references(() => cases.id, { onDelete: "cascade" }),
  /** The address on file that the link went to, sealed under the master key; gone with the person. */
  address: bytes(),
  askedAt: instant("asked_at").notNull(),
  /** When the newest link ends. */
  expiresAt: instant("expires_at").notNull(),
  remindedAt: instant("reminded_at"),
  provedAt: instant("proved_at"),
  /** Whoever got the link said that it was not them. */
  disownedAt: instant("disowned_at"),
  /** When the link had ended unused and the clocks went on. */
  lapsedAt: instant("lapsed_at"),
});

/** Somebody asks for somebody else, and the subject's signed permission for it (Cal. Code Regs. 11, 7063). */
export const agentPermissions = pgTable(
  "agent_permissions",
  {
    caseId: uuid("case_id")
      .primaryKey()
      .references(() => cases.id, { onDelete: "cascade" }),
    /** The subject's address as the agent gave it, sealed under the master key; gone with the person. */
    subjectAddress: bytes("subject_address"),
    /** What the subject signed, word for word, sealed under their own key. */
    statement: bytes(),
    /** SHA-256 of the statement's text. */
    statementSha256: text("statement_sha256"),
    askedAt: instant("asked_at").notNull(),
    signedAt: instant("signed_at"),
    withdrawnAt: instant("withdrawn_at"),
  },
  (t) => [
    check(
      "agent_permissions_signed",
      sql`(${t.signedAt} is null) = (${t.statementSha256} is null) and (${t.withdrawnAt} is null or ${t.signedAt} is not null)`,
    ),
  ],
);

export const tokenPurposes = ["proof", "status", "session", "withdraw"] as const;

/** What leads somebody without a session of an account to one case: only its SHA-256 is stored (S29). */
export const caseTokens = pgTable(
  "case_tokens",
  {
    id: uuid().primaryKey(),
    caseId: uuid("case_id")
      .notNull()
      .references(() => cases.id, { onDelete: "cascade" }),
    /**
     * `proof`: the single-use link of an identity proof; `status`: the code in a mail, for the status page; `session`: a browser
     * that gave such a code; `withdraw`: takes an agent's permission back.
     */
    purpose: text({ enum: tokenPurposes }).notNull(),
    /** Whom it was given to: who asked, an agent, or the person who proved themselves in this browser. */
    bearer: text({ enum: ["asker", "agent", "subject"] }).notNull(),
    tokenHash: text("token_hash").notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    usedAt: instant("used_at"),
  },
  (t) => [
    uniqueIndex("case_tokens_hash").on(t.tokenHash),
    index("case_tokens_case").on(t.caseId, t.purpose),
    index("case_tokens_expires").on(t.expiresAt),
  ],
);
