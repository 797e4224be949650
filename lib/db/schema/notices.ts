import { sql } from "drizzle-orm";
import {
  bigserial,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, instant } from "../types";
import { staff } from "./people";
import { policyVersions } from "./policy";

/** `announcement`: a version will take effect. `withdrawal`: an announced one will not, to the same people. */
export const noticeKinds = ["announcement", "withdrawal"] as const;

/** One mailing to everybody about one policy version; at most one of each kind. */
export const notices = pgTable(
  "notices",
  {
    id: uuid().primaryKey(),
    versionId: uuid("version_id")
      .notNull()
      .references(() => policyVersions.id),
    kind: text({ enum: noticeKinds }).notNull().default("announcement"),
    /** The key of this notice's addresses, wrapped by a master key; without it no address can be read (S32). */
    addressKey: bytes("address_key"),
    createdBy: uuid("created_by").references(() => staff.id),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    /** When the list of recipients was taken from the platform; nobody is added afterwards. */
    frozenAt: instant("frozen_at"),
    startedAt: instant("started_at"),
    pausedAt: instant("paused_at"),
    /** Why it rests: `officer`, or what it stopped itself for, such as `bounces`. */
    pauseReason: text("pause_reason"),
    stoppedAt: instant("stopped_at"),
    stopReason: text("stop_reason"),
    /** When the canary share was handed over; the rest waits a while for bounces and complaints. */
    canaryAt: instant("canary_at"),
    completedAt: instant("completed_at"),
    /** The delivery rests until then: canary, or the mail service's own limits. */
    restUntil: instant("rest_until"),
    /** Last sign of a running delivery; one that fell silent is started again. */
    activeAt: instant("active_at"),
    /** Counts at the last resume: what was known then stops the mailing no second time. */
    handedBase: integer("handed_base").notNull().default(0),
    bouncedBase: integer("bounced_base").notNull().default(0),
    complainedBase: integer("complained_base").notNull().default(0),
    /** Grows with every run of the delivery; a run that no longer holds the number writes nothing (R3). */
    fence: integer().notNull().default(0),
    /** From then on every recipient has had the notice period; null while one has not been reached. */
    gateOpensAt: instant("gate_opens_at"),
    /** When its recipients' evidence had been kept long enough and was removed. */
    evidenceClearedAt: instant("evidence_cleared_at"),
  },
  (t) => [
    unique("notices_version_kind").on(t.versionId, t.kind),
    check("notice_kind", sql`${t.kind} in ('announcement','withdrawal')`),
  ],
);

/** The announcement as it was written, once a language; a person's mail differs in the `{{...}}` places only. */
export const noticeContents = pgTable(
  "notice_contents",
  {
    noticeId: uuid("notice_id")
      .notNull()
      .references(() => notices.id),
    language: text().notNull(),
    subject: text().notNull(),
    html: text().notNull(),
    text: text().notNull(),
    sha256: text().notNull(),
    /** What else stood in every mail as it was frozen; the configuration may say something else by now. */
    envelope: jsonb().$type<{ from: string; replyTo: string }>(),
  },
  (t) => [unique("notice_contents_one").on(t.noticeId, t.language)],
);

/** How the effective time was written in the mails to one zone; later software may write it otherwise. */
export const noticeZones = pgTable(
  "notice_zones",
  {
    noticeId: uuid("notice_id")
      .notNull()
      .references(() => notices.id),
    timeZone: text("time_zone").notNull(),
    effective: text().notNull(),
    day: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.noticeId, t.timeZone] })],
);

/** Up to 100 mails handed over in one call; bytes and key are frozen before the first attempt (R4). */
export const noticeBatches = pgTable(
  "notice_batches",
  {
    id: uuid().primaryKey(),
    noticeId: uuid("notice_id")
      .notNull()
      .references(() => notices.id),
    position: integer().notNull(),
    size: integer().notNull(),
    /** The exact request body, compressed and sealed under the master key since it holds addresses. Erased once sent. */
    body: bytes(),
    bodySha256: text("body_sha256").notNull(),
    idempotencyKey: text("idempotency_key").notNull().unique(),
    attempts: integer().notNull().default(0),
    firstAttemptAt: instant("first_attempt_at"),
    sentAt: instant("sent_at"),
    /** Set when a person has to decide; `failure` says why. */
    failedAt: instant("failed_at"),
    failure: text(),
    /** The officer who decided. */
    settledBy: uuid("settled_by").references(() => staff.id),
  },
  (t) => [unique("notice_batches_position").on(t.noticeId, t.position)],
);

export const recipientStates = ["queued", "sent", "delivered", "bounced", "complained", "failed"] as const;

/** One person a notice was owed to: one row per (notice, platform user). */
export const noticeRecipients = pgTable(
  "notice_recipients",
  {
    id: uuid().primaryKey(),
    noticeId: uuid("notice_id")
      .notNull()
      .references(() => notices.id),
    platformUserId: text("platform_user_id").notNull(),
    /** The person here, when they have ever signed in. */
    personId: uuid("person_id"),
    /** Empty, but in rows from before addresses were sealed until the worker seals them; a later release drops it. */
    address: text().notNull().default(""),
    /** The address as the platform wrote it, sealed under the notice's key; null once erased. */
    addressSealed: bytes("address_sealed"),
    /** Keyed hash of the address in one way of writing, by which the desk finds a person; erased with it. */
    addressHash: bytes("address_hash"),
    language: text().notNull(),
    timeZone: text("time_zone").notNull(),
    /** Which hand-over to this person `batchId` is: 1, and one more for each time an officer had it tried again. */
    attempt: integer().notNull().default(1),
    batchId: uuid("batch_id").references(() => noticeBatches.id),
    /** Place in its batch, from 0. */
    batchIndex: integer("batch_index"),
    state: text({ enum: recipientStates }).notNull().default("queued"),
    /** SHA-256 of the exact mail (headers this app sets, HTML and text). */
    contentSha256: text("content_sha256"),
    providerId: text("provider_id").unique(),
    /** The service's ids of attempts before the newest, whose late reports decide nothing. */
    earlierIds: text("earlier_ids").array(),
    sentAt: instant("sent_at"),
    deliveredAt: instant("delivered_at"),
    failedAt: instant("failed_at"),
    /** Why it failed, in one of our own words: `address`, `refused`, `bounced` ... */
    failure: text(),
  },
  (t) => [
    unique("notice_recipients_one").on(t.noticeId, t.platformUserId),
    index("notice_recipients_state").on(t.noticeId, t.state, t.id),
    index("notice_recipients_batch").on(t.batchId),
    index("notice_recipients_person").on(t.personId),
    check("notice_recipient_state", sql`${t.state} in ('queued','sent','delivered','bounced','complained','failed')`),
  ],
);

/** What the mail service reported, in the order it arrived. */
export const noticeEvents = pgTable(
  "notice_events",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    recipientId: uuid("recipient_id")
      .notNull()
      .references(() => noticeRecipients.id),
    type: text().notNull(),
    /** Of which hand-over to the person it speaks; only the newest decides their state. */
    attempt: integer().notNull().default(1),
    occurredAt: instant("occurred_at").notNull(),
    receivedAt: instant("received_at").notNull().default(sql`now()`),
    webhookId: text("webhook_id").notNull(),
  },
  (t) => [
    unique("notice_events_once").on(t.webhookId, t.recipientId),
    index("notice_events_recipient").on(t.recipientId),
  ],
);

/**
 * How somebody whom the mail did not reach is told all the same: a message on the platform, or by staff in another way.
 * Their notice period counts from `told_at`.
 */
export const noticeSecondWays = pgTable(
  "notice_second_ways",
  {
    id: uuid().primaryKey(),
    recipientId: uuid("recipient_id")
      .notNull()
      .unique()
      .references(() => noticeRecipients.id),
    way: text({ enum: ["platform-message", "staff"] }).notNull(),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    toldAt: instant("told_at"),
    /** SHA-256 of the platform message as it was written. */
    textSha256: text("text_sha256"),
    /** Why the platform message could not be written, so that it became a task of staff. */
    failure: text(),
    /** Who told them, and how, in their words; sealed under the master key, since it may name somebody. */
    staffId: uuid("staff_id").references(() => staff.id),
    note: bytes(),
  },
  (t) => [
    index("notice_second_ways_open").on(t.way, t.id).where(sql`told_at is null`),
    check("notice_second_way", sql`${t.way} in ('platform-message', 'staff')`),
  ],
);

/** Somebody without an account who wants to hear of policy changes. The address is sealed; nothing else is known. */
export const policySubscribers = pgTable(
  "policy_subscribers",
  {
    id: uuid().primaryKey(),
    /** Sealed under the master key. */
    address: bytes().notNull(),
    /** Keyed, to know one that is confirmed already. */
    addressHash: text("address_hash").notNull(),
    askedAt: instant("asked_at").notNull().default(sql`now()`),
    /** SHA-256 of the token in the mail that asks for confirmation; null until the job wrote it. */
    tokenHash: text("token_hash").unique(),
    confirmedAt: instant("confirmed_at"),
  },
  (t) => [
    uniqueIndex("policy_subscribers_once").on(t.addressHash).where(sql`confirmed_at is not null`),
    index("policy_subscribers_asked").on(t.askedAt).where(sql`confirmed_at is null`),
  ],
);

/** A logged exception to the 30 days for recipients a notice could not reach; two people (S15). */
export const noticeExceptions = pgTable(
  "notice_exceptions",
  {
    id: uuid().primaryKey(),
    noticeId: uuid("notice_id")
      .notNull()
      .references(() => notices.id),
    reason: text().notNull(),
    /** How many recipients it covered when it was logged. */
    recipients: integer().notNull(),
    requestedBy: uuid("requested_by")
      .notNull()
      .references(() => staff.id),
    approvedBy: uuid("approved_by").references(() => staff.id),
    requestedAt: instant("requested_at").notNull().default(sql`now()`),
    approvedAt: instant("approved_at"),
  },
  (t) => [check("notice_exception_two_people", sql`${t.approvedBy} is null or ${t.approvedBy} <> ${t.requestedBy}`)],
);

/** Ids of incoming webhooks, kept 90 days so that a replay changes nothing (S27). */
export const webhookReceipts = pgTable("webhook_receipts", {
  id: text().primaryKey(),
  source: text().notNull(),
  type: text().notNull(),
  /** The mail service's id of the mail it speaks of. */
  providerId: text("provider_id"),
  /** False when it speaks of a mail this app does not know. */
  matched: boolean().notNull().default(false),
  receivedAt: instant("received_at").notNull().default(sql`now()`),
});

/** The local mailbox: what was sent while no mail service is configured. Demo and tests only. */
export const mailbox = pgTable(
  "mailbox",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    /** The mail service's id of this mail, as Resend would give it. */
    providerId: uuid("provider_id").notNull().unique(),
    idempotencyKey: text("idempotency_key").unique(),
    recipient: text().notNull(),
    subject: text().notNull(),
    html: text().notNull(),
    text: text().notNull(),
    headers: jsonb().$type<Record<string, string>>().notNull(),
    template: text().notNull(),
    sentAt: instant("sent_at").notNull().default(sql`now()`),
  },
  (t) => [index("mailbox_recipient").on(t.recipient, t.sentAt)],
);

/** `security` mails always go out; of the others a person may want none. */
export const mailKinds = ["security", "case-updates", "package-updates"] as const;

/** Mails other than notices: stored in the transaction that causes them, sent by a job, at most one per key. */
export const outgoingMails = pgTable("outgoing_mails", {
  id: uuid().primaryKey(),
  template: text().notNull(),
  personId: uuid("person_id"),
  /** Of a mail to a subscriber of policy changes: it goes out only while they are one. */
  subscriberId: uuid("subscriber_id"),
  kind: text({ enum: mailKinds }).notNull().default("security"),
  /** Address and template props as JSON, sealed under the master key. Erased once sent. */
  sealed: bytes(),
  idempotencyKey: text("idempotency_key").notNull().unique(),
  createdAt: instant("created_at").notNull().default(sql`now()`),
  sentAt: instant("sent_at"),
  providerId: text("provider_id"),
  failedAt: instant("failed_at"),
  failure: text(),
  /** When it was left unsent since the person wants no mail of this kind. */
  skippedAt: instant("skipped_at"),
  /** Before the first call; the mail service forgets an idempotency key 24 hours after it. */
  firstAttemptAt: instant("first_attempt_at"),
});
