import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "../types";
import { caseMessages, cases, intakes } from "./cases";

/** What a mail to the privacy address was taken for; only a person's is answered. */
export const mailNatures = ["person", "auto-reply", "bounce", "list", "own", "repeated"] as const;

/** A mail that reached the privacy address: first its id at the mail service alone, then what a job made of it. */
export const inboundMails = pgTable(
  "inbound_mails",
  {
    id: uuid().primaryKey(),
    /** The service's id: the same mail reported twice is one. */
    providerId: text("provider_id").notNull(),
    receivedAt: instant("received_at").notNull(),
    processedAt: instant("processed_at"),
    nature: text({ enum: mailNatures }),
    /** What it became in the thread of a case; none for an automatic mail that belongs to no case. */
    messageId: uuid("message_id").references(() => caseMessages.id, { onDelete: "cascade" }),
    /** The case whose reference it names though its address is not on file there: for staff to look at. */
    claimedCaseId: uuid("claimed_case_id").references(() => cases.id, { onDelete: "set null" }),
    /** The mail service proved that the sender's domain sent it (DMARC, or DKIM of that domain). */
    proved: boolean().notNull().default(false),
    /** Keyed hashes of the sender's address, and of that with the Message-ID, which tells a mail that came twice. */
    senderHash: text("sender_hash"),
    messageHash: text("message_hash"),
    acknowledgedAt: instant("acknowledged_at"),
    /** When it became a question of its own, rather than a message in a case; one sender opens so many an hour. */
    openedAt: instant("opened_at"),
    /** Subject and whole text, sealed under the subject's key or the master key (S32). */
    sealed: bytes(),
  },
  (t) => [
    uniqueIndex("inbound_mails_provider").on(t.providerId),
    index("inbound_mails_message").on(t.messageId),
    index("inbound_mails_claimed").on(t.claimedCaseId).where(sql`claimed_case_id is not null`),
    index("inbound_mails_sender").on(t.senderHash, t.receivedAt),
    index("inbound_mails_opened").on(t.senderHash, t.openedAt).where(sql`opened_at is not null`),
    index("inbound_mails_acknowledged").on(t.acknowledgedAt).where(sql`acknowledged_at is not null`),
    index("inbound_mails_loose").on(t.receivedAt).where(sql`message_id is null`),
  ],
);

/** Why a file that came by mail was not kept. */
export const refusals = ["too-large", "too-much", "too-many", "type", "unreadable"] as const;

/**
 * A file that came with a message: sealed in the storage directory under its own id, its key here under the subject's
 * key or the master key. Without the row nothing opens the file, and the next sweep removes it. One that was refused
 * has a reason and no key.
 */
export const attachments = pgTable(
  "attachments",
  {
    id: uuid().primaryKey(),
    messageId: uuid("message_id").references(() => caseMessages.id, { onDelete: "cascade" }),
    /** Where a public form waits for its case. */
    intakeId: uuid("intake_id").references(() => intakes.id, { onDelete: "cascade" }),
    position: integer().notNull(),
    /** The sender's name for it, sealed; shown as text, and never a path. */
    name: bytes().notNull(),
    /** What its content says it is, such as application/pdf. */
    type: text(),
    bytes: bigint({ mode: "number" }).notNull(),
    sha256: text(),
    wrappedKey: bytes("wrapped_key"),
    refused: text({ enum: refusals }),
    at: instant().notNull().default(sql`now()`),
  },
  (t) => [
    index("attachments_message").on(t.messageId, t.position),
    index("attachments_intake").on(t.intakeId).where(sql`intake_id is not null`),
    check("attachments_belong", sql`(${t.messageId} is null) <> (${t.intakeId} is null)`),
    check(
      "attachments_kept",
      sql`(${t.refused} is null) = (${t.wrappedKey} is not null and ${t.type} is not null and ${t.sha256} is not null)`,
    ),
  ],
);
