import { and, eq, isNull, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { newestMasterVersion } from "../crypto/seal";
import {
  accounts,
  cases,
  challenges,
  devices,
  mailPreferences,
  outgoingMails,
  packages,
  people,
  personKeys,
  policySubscribers,
  securityAlerts,
  sessions,
} from "../db/schema";
import type { Tx } from "../db/transaction";
import { enqueue } from "../jobs/queue";
import { eraseAddresses } from "../notices/erase-addresses";
import { subscriberHash } from "../notices/subscriber";
import { forgetIncoming } from "../transfers/forget-incoming";

/**
 * Forgets one person here. Their key is destroyed, so that what they wrote to us can be read nowhere, in backups neither (S32);
 * sign-ins, devices and files go. What stays names nobody: that requests were made and answered, and that notices were sent.
 * Whoever signs in with the same address later is somebody new. Safe to run twice.
 */
export async function forgetPerson(tx: Tx, person: typeof people.$inferSelect): Promise<void> {
  const personId = person.id;
  const addresses = person.platformUserId ? await eraseAddresses(tx, { platformUserId: person.platformUserId }) : 0;
  await destroyKey(tx, personId);
  await endPackages(tx, personId);
  await forgetIncoming(tx, person);
  for (const table of [devices, mailPreferences, securityAlerts, challenges] as const)
    await tx.db.delete(table).where(eq(table.personId, personId));
  await tx.db.delete(sessions).where(eq(sessions.userId, personId));
  await tx.db.delete(accounts).where(eq(accounts.userId, personId));
  await tx.db.delete(policySubscribers).where(eq(policySubscribers.addressHash, subscriberHash(person.email)));
  await tx.db.update(outgoingMails).set({ personId: null }).where(eq(outgoingMails.personId, personId));
  await tx.db.update(cases).set({ contact: null }).where(eq(cases.subjectId, personId));
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
