import { and, eq, inArray, isNotNull, isNull, or, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { newestMasterVersion } from "../crypto/seal";
import {
  accounts,
  attachments,
  caseMessages,
  cases,
  challenges,
  deletions,
  devices,
  disclosurePeople,
  inboundMails,
  mailPreferences,
  outgoingMails,
  packages,
  people,
  personKeys,
  policySubscribers,
  processingRecords,
  processingRefusals,
  recordAccesses,
  securityAlerts,
  sessions,
} from "../db/schema";
import type { Tx } from "../db/transaction";
import { enqueue } from "../jobs/queue";
import { mailSenderHash } from "../mail/read-sender";
import { eraseAddresses } from "../notices/erase-addresses";
import { subscriberHash } from "../notices/subscriber";
import { aboutPerson } from "../processing/standing";
import { forgetIncoming } from "../transfers/forget-incoming";

/**
 * Forgets one person here. Their key is destroyed, so that what they wrote to us can be read nowhere, in backups neither (S32);
 * sign-ins, devices, files and receipts of who looked go. What stays names nobody: that requests were made and answered, and that notices were sent.
 * Whoever signs in with the same address later is somebody new. Safe to run twice.
 */
export async function forgetPerson(tx: Tx, person: typeof people.$inferSelect): Promise<void> {
  const personId = person.id;
  const ended = await endedAccounts(tx, person);
  let addresses = 0;
  for (const platformUserId of ended) addresses += await eraseAddresses(tx, { platformUserId });
  await destroyKey(tx, personId);
  await endPackages(tx, personId);
  await forgetIncoming(tx, person);
  const theirs = [devices, mailPreferences, securityAlerts, challenges] as const;
  for (const table of theirs) await tx.db.delete(table).where(eq(table.personId, personId));
  // What is about an account that is not theirs and somebody else's by now stays with it, whoever said it; and what is about another
  // account that they have by now.
  const other = person.platformUserId && !ended.includes(person.platformUserId) ? person.platformUserId : null;
  for (const table of [processingRecords, processingRefusals])
    await tx.db.delete(table).where(
      or(
        inArray(table.subject, ended),
        sql`${aboutPerson(personId, table)} and coalesce(${table.subject} <> ${other}, true)
          and not exists (select 1 from people p where p.platform_user_id = ${table.subject} and p.id <> ${personId})`,
      ),
    );
  await tx.db.delete(sessions).where(eq(sessions.userId, personId));
  await tx.db.delete(recordAccesses).where(eq(recordAccesses.personId, personId));
  await tx.db.delete(disclosurePeople).where(inArray(disclosurePeople.platformUserId, ended));
  // The engine still needs to know whose account it is where something was kept back.
  await tx.db
    .update(deletions)
    .set({ platformUserId: null, platformCompanyId: null })
    .where(and(eq(deletions.personId, personId), or(isNull(deletions.begunAt), isNotNull(deletions.endedAt))));
  await tx.db.delete(accounts).where(eq(accounts.userId, personId));
  await tx.db.delete(policySubscribers).where(eq(policySubscribers.addressHash, subscriberHash(person.email)));
  await tx.db.update(outgoingMails).set({ personId: null }).where(eq(outgoingMails.personId, personId));
  await forgetMails(tx, person);
  await forgetWaysIn(tx, personId);
  await forgetCorrections(tx, personId);
  await tx.db.update(cases).set({ contact: null, contactHash: null }).where(eq(cases.subjectId, personId));
  await tx.db.execute(sql`update notice_recipients set person_id = null where person_id = ${personId}`);
  await tx.db.execute(sql`update acknowledgements set person_id = null where person_id = ${personId}`);
  await tx.db
    .update(people)
    .set({
      // A name that no mail reaches (RFC 2606), since the column has to tell people apart.
      email: `erased-${personId}@erased.invalid`,
      ...{ name: null, image: null, emailVerified: null, language: "en", timeZone: "UTC" },
      ...{ platformUserId: null, platformCompanyId: null, platformOwner: false, linkedAt: null, erasedAt: tx.now },
    })
    .where(eq(people.id, personId));
  await recordAudit(tx, {
    action: "person.forgotten",
    object: { type: "person", id: personId },
    payload: { addresses },
  });
}

/** Which accounts of the platform ended with them: of their deletions that were done, or else the one that they have. */
async function endedAccounts(tx: Tx, { id, platformUserId }: typeof people.$inferSelect): Promise<string[]> {
  const done = await tx.db
    .selectDistinct({ account: deletions.platformUserId })
    .from(deletions)
    .where(and(eq(deletions.personId, id), isNotNull(deletions.endedAt), isNotNull(deletions.accountNotedAt)));
  const accounts = done.length > 0 ? done.map(({ account }) => account) : [platformUserId];
  return accounts.filter((account) => account !== null);
}

/** Links and codes to their cases, and the addresses that those went to. What an agent was permitted is unreadable with the key. */
async function forgetWaysIn(tx: Tx, personId: string): Promise<void> {
  const theirs = sql`case_id in (select id from cases where subject_id = ${personId})`;
  await tx.db.execute(sql`delete from case_tokens where ${theirs}`);
  await tx.db.execute(sql`update identity_proofs set address = null where ${theirs}`);
  await tx.db.execute(sql`update agent_permissions set subject_address = null where ${theirs}`);
}

/**
 * What came with their messages goes with its key, and the files with the next sweep; of their mails stays that they came.
 * Those that nobody proved to be theirs lose the mark of the address as well.
 */
async function forgetMails(tx: Tx, person: typeof people.$inferSelect): Promise<void> {
  const theirs = tx.db
    .select({ id: caseMessages.id })
    .from(caseMessages)
    .innerJoin(cases, eq(cases.id, caseMessages.caseId))
    .where(eq(cases.subjectId, person.id));
  await tx.db.delete(attachments).where(inArray(attachments.messageId, theirs));
  await tx.db
    .update(inboundMails)
    .set({ sealed: null, senderHash: null, messageHash: null })
    .where(or(inArray(inboundMails.messageId, theirs), eq(inboundMails.senderHash, mailSenderHash(person.email))));
}

/** What was put right names nobody without its key; what providers were still to be told of it, the erasure tells them. */
async function forgetCorrections(tx: Tx, personId: string): Promise<void> {
  const theirs = sql`case_id in (select id from cases where subject_id = ${personId})`;
  await tx.db.execute(sql`update correction_items set content = null where ${theirs}`);
  await tx.db.execute(sql`update correction_runs set sealed = null where ${theirs}`);
  await tx.db.execute(sql`delete from correction_notices where told_at is null and ${theirs}`);
  await tx.db.execute(sql`delete from address_changes where person_id = ${personId}`);
}

/** A row without a key is also kept for whoever never had one: nothing can be sealed for them any more. */
async function destroyKey(tx: Tx, personId: string): Promise<void> {
  const destroyed = { wrapped: null, destroyedAt: tx.now };
  await tx.db
    .insert(personKeys)
    .values({ personId, masterVersion: newestMasterVersion(), ...destroyed })
    .onConflictDoUpdate({ target: personKeys.personId, set: destroyed });
}

/** What is on offer expires now, what is being written stops; the job that removes expired files does the rest. */
async function endPackages(tx: Tx, personId: string): Promise<void> {
  const theirs = and(eq(packages.personId, personId), isNull(packages.removedAt));
  const ended = await tx.db
    .update(packages)
    .set({
      wrappedKey: null,
      expiresAt: sql`case when ready_at is not null then now() else expires_at end`,
      stoppedAt: sql`case when ready_at is null and failed_at is null then coalesce(stopped_at, now()) else stopped_at end`,
    })
    .where(theirs)
    .returning({ id: packages.id });
  if (ended.length > 0) await enqueue(tx, "package.expire", {});
}
