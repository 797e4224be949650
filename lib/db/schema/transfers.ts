import { sql } from "drizzle-orm";
import {
  bigint,
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
import { cases, packages } from "./cases";
import { people } from "./people";

export const recallAnswers = ["deleted", "taken-over", "unknown", "unanswered"] as const;

/** A package that is sent to another provider (GDPR 20(2)), and how far that is. */
export const transfers = pgTable(
  "transfers",
  {
    /** Also the id under which the receiver knows it. */
    id: uuid().primaryKey(),
    caseId: uuid("case_id")
      .notNull()
      .references(() => cases.id, { onDelete: "cascade" }),
    personId: uuid("person_id")
      .notNull()
      .references(() => people.id),
    packageId: uuid("package_id")
      .notNull()
      .references(() => packages.id, { onDelete: "cascade" }),
    scope: text({ enum: ["person", "company"] }).notNull(),
    /** `id` of a destination of trust-center.config.ts; null for an address that the person gave. */
    destination: text(),
    /** What the person was shown of the provider and confirmed: nobody else with another key gets anything. */
    origin: text().notNull(),
    name: text().notNull(),
    contact: text().notNull(),
    endpoint: text().notNull(),
    publicKey: text("public_key").notNull(),
    requestedAt: instant("requested_at").notNull(),
    /** Rises with every try; an older one that wakes up writes nothing (R3). */
    fence: integer().notNull().default(0),
    /** Tries in a row that failed. */
    failures: integer().notNull().default(0),
    lastAttemptAt: instant("last_attempt_at"),
    /** Why the last try failed: a status or a word, nothing of what was sent or received (S31). */
    lastFailure: text("last_failure"),
    /** Since when nothing gets through; the days of trying count from here. */
    failingSince: instant("failing_since"),
    /** When the receiver took the offer. */
    offeredAt: instant("offered_at"),
    /** Of how many; known once the package is. */
    bytesTotal: bigint("bytes_total", { mode: "number" }),
    bytesSent: bigint("bytes_sent", { mode: "number" }).notNull().default(0),
    /** When the receiver had everything, and began to check it. */
    sentAt: instant("sent_at"),
    /** When the receiver's signed acknowledgement came in. */
    arrivedAt: instant("arrived_at"),
    /** That acknowledgement, as it was signed. */
    acknowledgement: text(),
    failedAt: instant("failed_at"),
    revokedAt: instant("revoked_at"),
    /** What the receiver said when it was told to delete what it has. */
    recall: text({ enum: recallAnswers }),
    recalledAt: instant("recalled_at"),
  },
  (t) => [
    uniqueIndex("transfers_package").on(t.packageId),
    index("transfers_person").on(t.personId, t.requestedAt),
    index("transfers_case").on(t.caseId),
    index("transfers_open")
      .on(t.lastAttemptAt)
      .where(sql`arrived_at is null and failed_at is null and revoked_at is null`),
    check(
      "transfers_one_end",
      sql`(${t.arrivedAt} is null or ${t.failedAt} is null) and (${t.arrivedAt} is null) = (${t.acknowledgement} is null)`,
    ),
    check("transfers_recall", sql`(${t.recall} is null) = (${t.recalledAt} is null)`),
  ],
);

/** One part of a package on its way in. */
export type IncomingPart = { bytes: number; sha256: string };
/**
 * What a package that was checked holds: rows per collection of our own data map, and what is not taken over, each with a word for
 * why: whole collections (`skipped`), columns (`fields`), and once it was put in single rows and values (`left`).
 */
export type IncomingContents = {
  collection: string;
  rows: number;
  skipped?: string;
  fields?: { name: string; why: string }[];
  left?: { why: string; count: number; field?: string }[];
}[];

/** A package that another provider sends here for somebody; its content lies sealed in storage until they take it over. */
export const incomingTransfers = pgTable(
  "incoming_transfers",
  {
    id: uuid().primaryKey(),
    /** The sender's own id of it, and who the sender proved to be. */
    senderId: uuid("sender_id").notNull(),
    senderOrigin: text("sender_origin").notNull(),
    senderName: text("sender_name").notNull(),
    senderKey: text("sender_key").notNull(),
    scope: text({ enum: ["person", "company"] }).notNull(),
    /** Keyed hash of the address it is for; whoever proves that address may look at it. Null once it ended. */
    addressHash: text("address_hash"),
    /** That address, sealed under the master key, so that its person can be told. */
    address: bytes(),
    /** SHA-256 of the offer: the same offer again is the same transfer, another one is refused (R7). */
    offerSha256: text("offer_sha256").notNull(),
    /** SHA-256 of datapackage.json. */
    sha256: text().notNull(),
    bytes: bigint({ mode: "number" }).notNull(),
    parts: jsonb().$type<IncomingPart[]>().notNull(),
    chunkBytes: integer("chunk_bytes").notNull(),
    /** Key of the sealed chunks, under the master key; destroyed with them. */
    wrappedKey: bytes("wrapped_key"),
    offeredAt: instant("offered_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** When the sender said that everything was sent. */
    completedAt: instant("completed_at"),
    verifiedAt: instant("verified_at"),
    contents: jsonb().$type<IncomingContents>(),
    acknowledgement: text(),
    /** What was wrong with it, as a word. */
    refusal: text(),
    refusedAt: instant("refused_at"),
    /** When its person took it, and who that was. */
    acceptedAt: instant("accepted_at"),
    acceptedBy: uuid("accepted_by").references(() => people.id),
    /** Tries at checking it. */
    checks: integer().notNull().default(0),
    /** Rises with every try at the import (R3), which are bounded. */
    fence: integer().notNull().default(0),
    /** The platform's transaction that put the rows in, by which a try that fell in between is asked whether it lasted. */
    importTransaction: text("import_transaction"),
    importedAt: instant("imported_at"),
    rowsImported: bigint("rows_imported", { mode: "number" }),
    importFailure: text("import_failure"),
    importFailedAt: instant("import_failed_at"),
    declinedAt: instant("declined_at"),
    /** When the sender took it back. */
    withdrawnAt: instant("withdrawn_at"),
    /** When its files and its key were gone. */
    removedAt: instant("removed_at"),
  },
  (t) => [
    uniqueIndex("incoming_transfers_sender").on(t.senderId, t.senderOrigin),
    index("incoming_transfers_address").on(t.addressHash),
    index("incoming_transfers_kept").on(t.expiresAt).where(sql`removed_at is null`),
    check("incoming_transfers_refusal", sql`(${t.refusal} is null) = (${t.refusedAt} is null)`),
    check("incoming_transfers_accepted", sql`${t.acceptedBy} is null or ${t.acceptedAt} is not null`),
  ],
);

/** The pieces that are here, sealed and durable, of a package on its way in. */
export const incomingChunks = pgTable(
  "incoming_chunks",
  {
    transferId: uuid("transfer_id")
      .notNull()
      .references(() => incomingTransfers.id, { onDelete: "cascade" }),
    part: integer().notNull(),
    /** From 0; the nth begins at n times the transfer's `chunkBytes`. */
    chunk: integer().notNull(),
    bytes: integer().notNull(),
    sha256: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.transferId, t.part, t.chunk] })],
);
