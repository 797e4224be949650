import { type SQL, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { clearAccesses } from "../access/clear-accesses";
import { clearAttachmentFiles } from "../attachments/clear-files";
import { clearAuditDetails } from "../audit/clear-details";
import { clearExpiredSignIns } from "../auth/clear-expired";
import { clearTokens } from "../cases/case-token";
import { casesDue, clearCases, type KeptCases } from "../cases/clear-cases";
import { clearForgotten, isUnneeded } from "../cases/clear-forgotten";
import { forgetPeople, peopleDue } from "../cases/forget-people";
import { clearRequests, isErasureOver, requestDays } from "../clients/clear-requests";
import type { Ctx } from "../context";
import type { Tx } from "../db/transaction";
import { keptFor, timestamptz } from "../db/types";
import { clearDisclosures, disclosureEnd } from "../disclosures/clear-disclosures";
import { clearEvidence, evidenceDue } from "../evidence/clear-evidence";
import { expirePackages } from "../exports/expire-packages";
import { clearHolds, holdEnd } from "../holds/clear-holds";
import { clearInboundMails, looseDays } from "../mail/clear-inbound-mails";
import { clearMailRecords, receiptDays } from "../mail/clear-mail-records";
import { clearSubscriptions } from "../notices/clear-subscriptions";
import { clearRecords, refusalEnd } from "../processing/clear-records";
import { clearIncoming, incomingEnd } from "../transfers/expire-incoming";
import { clearSweepRecords } from "./ledger";

/** What of the trust center's own tables is due at a moment. */
export type OwnDue = { due: number; held: number; waiting: number; oldest: string | null };

/** How long the trust center itself keeps something, and what sees to it. */
export type OwnRule = {
  name: string;
  label: string;
  /** An ISO 8601 duration. */
  period: string;
  /** What it counts from, in words that follow "after". */
  from: string;
  due(tx: Tx, kept: KeptCases): Promise<OwnDue>;
  /** Null: another part of the system sees to it, and here it is only watched. */
  sweep: ((ctx: Ctx, kept: KeptCases) => Promise<unknown>) | null;
};

/** Rows of a table that are due by a condition, and since when. */
const counted =
  (table: SQL, since: SQL, isDue: (tx: Tx) => SQL) =>
  async (tx: Tx): Promise<OwnDue> => {
    const [row] = await tx.db.execute<{ due: number; oldest: string | null }>(
      sql`select count(*) filter (where ${isDue(tx)})::int as due, min(${since})::text as oldest from ${table}`,
    );
    return { due: row?.due ?? 0, held: 0, waiting: 0, oldest: row?.oldest ?? null };
  };
const before = (since: SQL, hours: number) => (tx: Tx) => sql`${since} < ${timestamptz(tx.now.subtract({ hours }))}`;

const { cases, packages, evidence, signIn, subscription, audit, sweep, staffAccess, disclosures, transfers } = config;

/** Everything that the trust center keeps about people for a time, in the order in which people may look for it. */
export const ownRules: readonly OwnRule[] = [
  {
    ...{
      name: "cases",
      label: "Requests and questions",
      period: cases.keep,
      from: "the case was closed",
    },
    due: casesDue,
    sweep: async (ctx, kept) => {
      await clearCases(ctx, kept);
      // The files that came with their messages, and those that no message ever knew.
      await clearAttachmentFiles(ctx);
    },
  },
  {
    ...{ name: "inbound-mails", label: "Notes of automatic mails that belong to no request", period: `P${looseDays}D` },
    ...{ from: "they came in" },
    due: counted(
      sql`inbound_mails where message_id is null`,
      sql`received_at`,
      before(sql`received_at`, 24 * looseDays),
    ),
    sweep: clearInboundMails,
  },
  {
    ...{
      name: "packages",
      label: "Packages",
      period: `P${packages.keepDays}D`,
      from: "the file was ready",
    },
    due: counted(
      sql`packages where ready_at is not null and removed_at is null`,
      sql`ready_at`,
      (tx) => sql`expires_at <= ${timestamptz(tx.now)}`,
    ),
    sweep: expirePackages,
  },
  {
    ...{
      name: "incoming-packages",
      label: "Packages that another provider sent",
      period: `P${transfers.receive.keepDays}D`,
    },
    ...{ from: "they came in, unless their person took them" },
    due: counted(
      sql`incoming_transfers where removed_at is null and accepted_at is null`,
      sql`offered_at`,
      (tx) => sql`expires_at <= ${timestamptz(tx.now)}`,
    ),
    sweep: clearIncoming,
  },
  {
    ...{ name: "incoming-records", label: "Records of packages that came in", period: cases.keep },
    ...{ from: "the package was removed or taken over" },
    due: counted(sql`incoming_transfers where removed_at is not null`, incomingEnd, (tx) =>
      keptFor(incomingEnd, cases.keep, tx.now),
    ),
    // Seen to with the packages.
    sweep: null,
  },
  {
    ...{ name: "notice-addresses", label: "Addresses that notices went to", period: evidence.addresses },
    ...{ from: "the version took effect" },
    due: async (tx) => ({ due: (await evidenceDue(tx)).addresses, held: 0, waiting: 0, oldest: null }),
    sweep: clearEvidence,
  },
  {
    ...{ name: "notice-evidence", label: "Evidence of notices", period: evidence.keep },
    ...{ from: "the version was replaced or withdrawn" },
    due: async (tx) => ({ due: (await evidenceDue(tx)).notices, held: 0, waiting: 0, oldest: null }),
    // Seen to with the addresses.
    sweep: null,
  },
  {
    ...{
      name: "sessions",
      label: "Sign-ins",
      period: `P${signIn.endedDays}D`,
      from: "the session ended",
    },
    due: counted(
      sql`sessions where expires < now() or revoked_at is not null`,
      sql`least(expires, revoked_at)`,
      before(sql`least(expires, revoked_at)`, 24 * signIn.endedDays),
    ),
    sweep: clearExpiredSignIns,
  },
  {
    ...{ name: "sign-in-codes", label: "Sign-in codes", period: "P1D", from: "the code expired" },
    due: counted(sql`challenges`, sql`expires_at`, before(sql`expires_at`, 24)),
    sweep: null,
  },
  {
    ...{ name: "request-links", label: "Links and codes to requests", period: "P1D", from: "they ended" },
    due: counted(sql`case_tokens`, sql`least(expires_at, used_at)`, before(sql`least(expires_at, used_at)`, 24)),
    sweep: clearTokens,
  },
  {
    ...{ name: "mail-reports", label: "Delivery reports of mails", period: `P${receiptDays}D`, from: "they came in" },
    due: counted(sql`webhook_receipts`, sql`received_at`, before(sql`received_at`, 24 * receiptDays)),
    sweep: clearMailRecords,
  },
  {
    ...{ name: "subscriptions", label: "Subscriptions without an account", period: subscription.keep },
    ...{ from: "they were confirmed" },
    due: counted(sql`policy_subscribers where confirmed_at is not null`, sql`confirmed_at`, (tx) =>
      keptFor(sql`confirmed_at`, subscription.keep, tx.now),
    ),
    sweep: clearSubscriptions,
  },
  {
    ...{
      name: "audit-details",
      label: "Details in the audit log",
      period: audit.details,
      from: "the entry was written",
    },
    due: counted(sql`audit_payloads p join audit_entries e on e.id = p.entry_id`, sql`e.at`, (tx) =>
      keptFor(sql`e.at`, audit.details, tx.now),
    ),
    sweep: clearAuditDetails,
  },
  {
    ...{ name: "passed-on", label: "Requests passed on to a company", period: `P${requestDays}D` },
    ...{ from: "they were passed on" },
    due: counted(
      sql`client_requests where sealed is not null`,
      sql`passed_at`,
      before(sql`passed_at`, 24 * requestDays),
    ),
    sweep: clearRequests,
  },
  {
    ...{ name: "client-erasures", label: "Records of clients' erasures", period: cases.keep, from: "the erasure" },
    due: counted(sql`client_erasures where finished_at is not null`, sql`finished_at`, isErasureOver),
    // Seen to with what was passed on.
    sweep: null,
  },
  {
    ...{ name: "holds", label: "Legal holds that ended", period: cases.keep, from: "the hold ended or lapsed" },
    due: counted(sql`legal_holds where ${holdEnd} is not null`, holdEnd, (tx) => keptFor(holdEnd, cases.keep, tx.now)),
    sweep: clearHolds,
  },
  {
    ...{ name: "processing", label: "Objections and restrictions that ended", period: cases.keep, from: "it ended" },
    due: counted(sql`processing_records where ended_at is not null`, sql`ended_at`, (tx) =>
      keptFor(sql`ended_at`, cases.keep, tx.now),
    ),
    sweep: clearRecords,
  },
  {
    ...{
      name: "processing-refusals",
      label: "How often an objection or restriction stopped a use",
      period: cases.keep,
    },
    ...{ from: "the day" },
    due: counted(sql`processing_refusals`, refusalEnd, (tx) => keptFor(refusalEnd, cases.keep, tx.now)),
    // Seen to with the objections and restrictions.
    sweep: null,
  },
  {
    ...{ name: "access-receipts", label: "Receipts of staff looking at a record", period: staffAccess.keep },
    ...{ from: "the look" },
    due: counted(sql`record_accesses`, sql`at`, (tx) => keptFor(sql`at`, staffAccess.keep, tx.now)),
    sweep: clearAccesses,
  },
  {
    ...{ name: "disclosures", label: "Authorities' demands for data", period: disclosures.keep },
    ...{ from: "those it was about were told, or it was withdrawn" },
    due: counted(sql`disclosures where ${disclosureEnd} is not null`, disclosureEnd, (tx) =>
      keptFor(disclosureEnd, disclosures.keep, tx.now),
    ),
    sweep: clearDisclosures,
  },
  {
    ...{ name: "ended-accounts", label: "People whose account ended", period: "P1D" },
    ...{ from: "their account on the platform was erased, or ended with its time" },
    due: peopleDue,
    sweep: forgetPeople,
  },
  {
    ...{ name: "forgotten", label: "Nameless rows of people who were forgotten", period: cases.keep },
    ...{ from: "they were forgotten and their last request is gone" },
    due: counted(sql`people where erased_at is not null and ${isUnneeded}`, sql`erased_at`, (tx) =>
      keptFor(sql`erased_at`, cases.keep, tx.now),
    ),
    sweep: clearForgotten,
  },
  {
    ...{ name: "jobs", label: "Ended jobs", period: "P7D", from: "the job ended" },
    // The queue's own upkeep removes them.
    due: counted(
      sql`pgboss.job where state in ('completed', 'cancelled')`,
      sql`completed_on`,
      before(sql`completed_on`, 24 * 7 + 26),
    ),
    sweep: null,
  },
  {
    ...{
      name: "sweep-records",
      label: "Records of sweeps",
      period: sweep.records,
      from: "the sweep",
    },
    due: counted(sql`retention_sweeps`, sql`at`, (tx) => keptFor(sql`at`, sweep.records, tx.now)),
    sweep: clearSweepRecords,
  },
];
