import { randomBytes, randomUUID } from "node:crypto";
import type postgres from "postgres";
import { attachmentKeyPlace, attachmentNamePlace } from "@/lib/attachments/keep-attachments";
import { randomToken } from "@/lib/crypto/hash";
import { sealWithMaster } from "@/lib/crypto/seal";
import { newReference } from "@/lib/ids";
import { storeReceipt } from "../fixtures/receipt";
import type { Cast } from "./actors";

/** Everything one person can own that has an address; `missing` has the same shape and is nowhere stored. */
export type Row = {
  caseId: string;
  reference: string;
  packageId: string;
  /** A file that came with a message of the row's case. */
  attachmentId: string;
  partId: string;
  sessionId: string;
  /** A provider that has to be told of what was erased, in the row's case. */
  providerErasureId: string;
  /** A restriction that came with the row's case. */
  processingId: string;
  staffId: string;
  noticeId: string;
  receiptToken: string;
  transferId: string;
  incomingId: string;
  /** A reply for many; nobody's but staff's. */
  savedReplyId: string;
  /** In every set an id of nothing, for what is not a person's. */
  missingId: string;
};
export type Which = "own" | "foreign" | "missing";
export type Rows = Record<Which, Row>;

const fresh = (): Row => ({
  caseId: randomUUID(),
  reference: newReference(),
  packageId: randomUUID(),
  attachmentId: randomUUID(),
  partId: randomUUID(),
  sessionId: randomUUID(),
  providerErasureId: randomUUID(),
  processingId: randomUUID(),
  staffId: randomUUID(),
  noticeId: randomUUID(),
  receiptToken: randomToken(),
  transferId: randomUUID(),
  incomingId: randomUUID(),
  savedReplyId: randomUUID(),
  missingId: randomUUID(),
});

/** One set of rows for `self`, one for somebody outside the cast, one that does not exist. */
export async function makeRows(sql: postgres.Sql, cast: Cast): Promise<Rows> {
  const store = async (personId: string): Promise<Row> => {
    const row = fresh();
    await sql`
      insert into cases (id, reference, kind, channel, subject_id, requester_id)
      values (${row.caseId}, ${row.reference}, 'access', 'dashboard', ${personId}, ${personId})`;
    await sql`
      insert into case_clocks (id, case_id, rule, started_at, due_at)
      values (${randomUUID()}, ${row.caseId}, 'policy-72h', now(), now() + interval '72 hours')`;
    const messageId = randomUUID();
    await sql`
      insert into case_messages (id, case_id, author, body)
      values (${messageId}, ${row.caseId}, 'subject', ${sealWithMaster({ table: "case_messages", column: "body", row: messageId }, "A line")})`;
    await sql`
      insert into attachments (id, message_id, position, name, type, bytes, sha256, wrapped_key)
      values (${row.attachmentId}, ${messageId}, 0, ${sealWithMaster(attachmentNamePlace(row.attachmentId), "a.pdf")}, 'application/pdf',
              10, ${randomBytes(32).toString("hex")}, ${sealWithMaster(attachmentKeyPlace(row.attachmentId), "x".repeat(32))})`;
    await sql`
      insert into packages (id, case_id, person_id, scope) values (${row.packageId}, ${row.caseId}, ${personId}, 'person')`;
    await sql`
      insert into transfers (id, case_id, person_id, package_id, scope, origin, name, contact, endpoint, public_key, requested_at)
      values (${row.transferId}, ${row.caseId}, ${personId}, ${row.packageId}, 'person', 'https://provider.example', 'Provider',
              'privacy@provider.example', 'https://provider.example/transfers', ${"A".repeat(43)}, now())`;
    await sql`
      insert into incoming_transfers (id, sender_id, sender_origin, sender_name, sender_key, scope, offer_sha256, sha256, bytes,
              parts, chunk_bytes, offered_at, expires_at, accepted_at, accepted_by, imported_at, removed_at)
      values (${row.incomingId}, ${row.incomingId}, 'https://provider.example', 'Provider', ${"A".repeat(43)}, 'company', 'x', 'x', 1,
              '[{"bytes":1,"sha256":"x"}]', 4194304, now(), now(), now(), ${personId}, now(), now())`;
    await sql`
      insert into package_parts (id, package_id, position, file_name, bytes, sha256)
      values (${row.partId}, ${row.packageId}, 1, 'part-1.zip', 10, ${randomBytes(32).toString("hex")})`;
    await sql`
      insert into sessions (session_token, id, user_id, expires)
      values (${randomBytes(32).toString("hex")}, ${row.sessionId}, ${personId}, now() + interval '1 day')`;
    await sql`
      insert into provider_erasures (id, case_id, recipient, name, kind, way, prepared_at, owed_at, due_at)
      values (${row.providerErasureId}, ${row.caseId}, 'gaugeworks', 'Gaugeworks SAS', 'Analytics', 'manual', now(), now(),
              now() + interval '30 days')`;
    await sql`
      insert into processing_records (id, kind, person_id, case_id, source, basis, asked_at, in_effect_from)
      values (${row.processingId}, 'restriction', ${personId}, ${row.caseId}, 'person', 'accuracy', now(), now())`;
    await sql`
      insert into saved_replies (id, title, body, written_by)
      values (${row.savedReplyId}, ${`Matrix ${row.savedReplyId}`}, 'A line', ${cast.staffIdOf("agent")})`;
    await storeReceipt(sql, row.caseId, row.receiptToken);
    return row;
  };
  const [notice] = await sql<{ id: string }[]>`select id from notices order by created_at limit 1`;
  const shared = { staffId: cast.staffIdOf("agent"), noticeId: String(notice?.id) };
  return {
    own: { ...(await store(cast.self.personId)), ...shared },
    foreign: { ...(await store(cast.foreign.personId)), ...shared },
    missing: fresh(),
  };
}
