import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, instant } from "../types";

/** Everybody who ever signed in. `email` is lower case, NFKC, strictly parsed (S11). */
export const people = pgTable(
  "people",
  {
    id: uuid().primaryKey(),
    email: text().notNull().unique(),
    name: text(),
    /** Columns that next-auth's adapter names. */
    emailVerified: timestamp("email_verified", { mode: "date", withTimezone: true }),
    image: text(),
    /** The platform's own user, found by the data map's identities; null when it knows no such address. */
    platformUserId: text("platform_user_id"),
    platformCompanyId: text("platform_company_id"),
    platformOwner: boolean("platform_owner").notNull().default(false),
    language: text().notNull().default("en"),
    timeZone: text("time_zone").notNull().default("UTC"),
    linkedAt: instant("linked_at"),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    suspendedAt: instant("suspended_at"),
    /** When they were forgotten here too: the row then names nobody, and only their requests' records lead to it. */
    erasedAt: instant("erased_at"),
  },
  (t) => [index("people_platform_user").on(t.platformUserId), index("people_company").on(t.platformCompanyId)],
);

/** The key of one person, wrapped by a master key; destroying it makes their sealed fields unreadable (S32). */
export const personKeys = pgTable("person_keys", {
  personId: uuid("person_id").primaryKey(),
  wrapped: bytes(),
  masterVersion: integer("master_version").notNull(),
  createdAt: instant("created_at").notNull().default(sql`now()`),
  destroyedAt: instant("destroyed_at"),
});

/** Database sessions (S9). `sessionToken` is the SHA-256 of the cookie's value (S29). */
export const sessions = pgTable(
  "sessions",
  {
    sessionToken: text("session_token").primaryKey(),
    id: uuid().notNull().unique(),
    userId: uuid("user_id")
      .notNull()
      .references(() => people.id, { onDelete: "cascade" }),
    expires: timestamp({ mode: "date", withTimezone: true }).notNull(),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    lastSeenAt: instant("last_seen_at").notNull().default(sql`now()`),
    /** Such as "Firefox on Linux", made from the user agent; the user agent itself is not kept. */
    device: text().notNull().default("Unknown device"),
    /** Keyed hash of the long-lived device cookie; a new one starts the waiting time of S14. */
    deviceHash: text("device_hash"),
    steppedUpAt: instant("stepped_up_at"),
    /** When a passkey was verified in this session; without it nobody is staff (S13). */
    passkeyAt: instant("passkey_at"),
    revokedAt: instant("revoked_at"),
  },
  (t) => [index("sessions_user").on(t.userId)],
);

/** Devices (browsers) a person signed in from, for S14's waiting time. */
export const devices = pgTable(
  "devices",
  {
    personId: uuid("person_id")
      .notNull()
      .references(() => people.id, { onDelete: "cascade" }),
    deviceHash: text("device_hash").notNull(),
    firstSeenAt: instant("first_seen_at").notNull().default(sql`now()`),
  },
  (t) => [primaryKey({ columns: [t.personId, t.deviceHash] })],
);

/** Required by next-auth's adapter; no provider here writes it. */
export const accounts = pgTable(
  "accounts",
  {
    userId: uuid("user_id")
      .notNull()
      .references(() => people.id, { onDelete: "cascade" }),
    type: text().notNull(),
    provider: text().notNull(),
    providerAccountId: text("provider_account_id").notNull(),
  },
  (t) => [primaryKey({ columns: [t.provider, t.providerAccountId] })],
);

/** next-auth's own single-use token, minted only after our challenge was answered by POST. */
export const verificationTokens = pgTable(
  "verification_tokens",
  {
    identifier: text().notNull(),
    token: text().notNull(),
    expires: timestamp({ mode: "date", withTimezone: true }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.identifier, t.token] })],
);

/** One sign-in or step-up by mail: a code and a link, ten minutes, single use, bound to the asking browser (S12). */
export const challenges = pgTable(
  "challenges",
  {
    id: uuid().primaryKey(),
    purpose: text({ enum: ["sign-in", "step-up"] }).notNull(),
    /** Sealed under the master key: the worker needs it to send, nobody else. */
    address: bytes().notNull(),
    /** Keyed hash of the address, for rate limits and look-up. */
    addressHash: text("address_hash").notNull(),
    personId: uuid("person_id"),
    sessionId: uuid("session_id"),
    /** Made with the mail by the job; null until then. The code's is keyed, since a million is few. */
    codeHash: text("code_hash"),
    linkHash: text("link_hash").unique(),
    browserHash: text("browser_hash").notNull(),
    attempts: integer().notNull().default(0),
    redirectTo: text("redirect_to").notNull().default("/account"),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    expiresAt: instant("expires_at").notNull(),
    sentAt: instant("sent_at"),
    consumedAt: instant("consumed_at"),
  },
  (t) => [index("challenges_address").on(t.addressHash, t.createdAt)],
);

/** A mail that told a person of a sign-in or step-up, with its one-click "this was not me" (S14). */
export const securityAlerts = pgTable(
  "security_alerts",
  {
    id: uuid().primaryKey(),
    personId: uuid("person_id")
      .notNull()
      .references(() => people.id, { onDelete: "cascade" }),
    kind: text({ enum: ["new-device", "step-up", "passkey-enrolled", "passkey-removed"] }).notNull(),
    sessionId: uuid("session_id").notNull(),
    tokenHash: text("token_hash").notNull().unique(),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    expiresAt: instant("expires_at").notNull(),
    /** When somebody said "this was not me". */
    disownedAt: instant("disowned_at"),
  },
  (t) => [index("security_alerts_person").on(t.personId, t.createdAt)],
);

export const staff = pgTable(
  "staff",
  {
    id: uuid().primaryKey(),
    personId: uuid("person_id")
      .notNull()
      .unique()
      .references(() => people.id),
    role: text({ enum: ["agent", "officer", "auditor"] }).notNull(),
    displayName: text("display_name").notNull(),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    enrolledAt: instant("enrolled_at"),
    disabledAt: instant("disabled_at"),
  },
  (t) => [check("staff_role", sql`${t.role} in ('agent', 'officer', 'auditor')`)],
);

/** Made by `npm run staff:invite`; opens enrolment of the first passkey once. */
export const staffInvitations = pgTable("staff_invitations", {
  id: uuid().primaryKey(),
  staffId: uuid("staff_id")
    .notNull()
    .references(() => staff.id),
  tokenHash: text("token_hash").notNull().unique(),
  expiresAt: instant("expires_at").notNull(),
  usedAt: instant("used_at"),
  createdAt: instant("created_at").notNull().default(sql`now()`),
});

export const passkeys = pgTable(
  "passkeys",
  {
    credentialId: text("credential_id").primaryKey(),
    staffId: uuid("staff_id")
      .notNull()
      .references(() => staff.id),
    publicKey: bytes("public_key").notNull(),
    counter: integer().notNull().default(0),
    transports: text().array().notNull().default(sql`'{}'`),
    label: text().notNull(),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    lastUsedAt: instant("last_used_at"),
  },
  (t) => [index("passkeys_staff").on(t.staffId)],
);

/** A WebAuthn challenge handed to one session, used once. */
export const passkeyChallenges = pgTable("passkey_challenges", {
  id: uuid().primaryKey(),
  sessionId: uuid("session_id").notNull(),
  challenge: text().notNull(),
  purpose: text({ enum: ["enrol", "verify"] }).notNull(),
  expiresAt: instant("expires_at").notNull(),
  usedAt: instant("used_at"),
});

/** Which other mails a person does not want; a missing row means they are sent. */
export const mailPreferences = pgTable(
  "mail_preferences",
  {
    personId: uuid("person_id")
      .notNull()
      .references(() => people.id, { onDelete: "cascade" }),
    kind: text({ enum: ["case-updates", "package-updates", "product-privacy-tips"] }).notNull(),
    optedOutAt: instant("opted_out_at").notNull().default(sql`now()`),
  },
  (t) => [unique("mail_preferences_one").on(t.personId, t.kind)],
);
