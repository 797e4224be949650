import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { bytes, instant } from "../types";

/** Append-only (trigger). `canonical` is the RFC 8785 form that a later Merkle leaf hashes. */
export const auditEntries = pgTable(
  "audit_entries",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedByDefaultAsIdentity(),
    at: instant().notNull().default(sql`now()`),
    action: text().notNull(),
    actorKind: text("actor_kind").notNull(),
    actorId: text("actor_id").notNull(),
    objectType: text("object_type").notNull(),
    objectId: text("object_id").notNull(),
    requestId: text("request_id").notNull(),
    canonical: bytes().notNull(),
    /** SHA-256(32-byte salt || payload); salt and payload lie apart, so that both can be erased. */
    payloadHash: bytes("payload_hash").notNull(),
  },
  (t) => [
    index("audit_object").on(t.objectType, t.objectId),
    index("audit_at").on(t.at),
    index("audit_action").on(t.action, t.id),
  ],
);

export const auditPayloads = pgTable("audit_payloads", {
  entryId: bigint("entry_id", { mode: "number" })
    .primaryKey()
    .references(() => auditEntries.id),
  salt: bytes().notNull(),
  payload: jsonb().notNull(),
});

/** Counters of rate-limiter-flexible (S17). Keys are keyed hashes, never addresses. */
export const rateLimits = pgTable("rate_limits", {
  key: text().primaryKey(),
  points: integer().notNull().default(0),
  expire: bigint({ mode: "number" }),
});
