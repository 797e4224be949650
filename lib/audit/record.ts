import { createHash, randomBytes } from "node:crypto";
import canonicalize from "canonicalize";
import { sql } from "drizzle-orm";
import type { Actor } from "../context";
import { auditEntries, auditPayloads } from "../db/schema";
import type { Tx } from "../db/transaction";

export type AuditPayload = Record<string, string | number | boolean | null | string[]>;

export type AuditEntry = {
  /** `noun.verb-in-past`, such as `case.submitted`. */
  action: string;
  object: { type: string; id: string };
  /** Ids, names of fields, counts and reasons' keys; never an address, a name or content (S31). */
  payload?: AuditPayload;
};

const actorId = (actor: Actor): string => {
  switch (actor.kind) {
    case "visitor":
      return "visitor";
    case "holder":
      return actor.personId;
    case "staff":
      return actor.staffId;
    case "system":
      return actor.name;
  }
};

/**
 * Writes one audit entry in the transaction of the change it records; if it fails, so does the change.
 * The canonical bytes (RFC 8785) hold metadata and SHA-256(salt || canonical payload); the payload and
 * its salt lie apart, so that erasing them leaves a later proof over the entries valid (RFC 6962).
 */
export async function recordAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  const [next] = await tx.db.execute<{ id: string }>(
    sql`select nextval(pg_get_serial_sequence('audit_entries', 'id'))::text as id`,
  );
  const id = Number(next?.id);
  const salt = randomBytes(32);
  const payload = entry.payload ?? {};
  const payloadHash = createHash("sha256")
    .update(salt)
    .update(String(canonicalize(payload)))
    .digest();
  const meta = {
    action: entry.action,
    actor: { id: actorId(tx.ctx.actor), kind: tx.ctx.actor.kind },
    at: tx.now.toString({ smallestUnit: "microsecond" }),
    id,
    object: entry.object,
    payloadHash: payloadHash.toString("hex"),
    requestId: tx.ctx.requestId,
  };
  await tx.db.insert(auditEntries).values({
    id,
    at: tx.now,
    action: entry.action,
    actorKind: meta.actor.kind,
    actorId: meta.actor.id,
    objectType: entry.object.type,
    objectId: entry.object.id,
    requestId: tx.ctx.requestId,
    canonical: Buffer.from(String(canonicalize(meta)), "utf8"),
    payloadHash,
  });
  await tx.db.insert(auditPayloads).values({ entryId: id, salt, payload });
}
