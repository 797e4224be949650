import { and, eq, isNull, ne, or, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { parseAddress } from "../auth/address";
import { addressHash } from "../auth/challenge";
import { recordEvent } from "../cases/record-event";
import { addressChanges, cases, challenges, devices, people, sessions } from "../db/schema";
import type { Tx } from "../db/transaction";
import { queueMail } from "../mail/queue-mail";

/**
 * The platform has the new address: from now on it signs in here. Every other session ends, open codes are void, and the address is
 * a fresh one, so that exports and deletions wait again (S14). Told at both addresses. Where somebody else signs in here with the
 * new address nothing moves, and staff see it.
 */
export async function moveAddress(
  tx: Tx,
  { caseId, personId, address: given }: { caseId: string; personId: string; address: string },
): Promise<void> {
  const address = parseAddress(given);
  const [person] = await tx.db.select().from(people).where(eq(people.id, personId)).for("update");
  if (!person || !address || person.email === address) return;
  const [other] = await tx.db.select({ id: people.id }).from(people).where(eq(people.email, address));
  if (other) return recordEvent(tx, { caseId, type: "address.taken", internal: true });
  const [change] = await tx.db.select().from(addressChanges).where(eq(addressChanges.caseId, caseId));
  const old = person.email;
  await tx.db
    .update(challenges)
    .set({ consumedAt: tx.now })
    .where(
      and(
        or(eq(challenges.personId, personId), eq(challenges.addressHash, addressHash(old))),
        isNull(challenges.consumedAt),
      ),
    );
  await tx.db.update(people).set({ email: address }).where(eq(people.id, personId));
  const asking = change?.sessionId ?? personId;
  const ended = await tx.db
    .update(sessions)
    .set({ revokedAt: tx.now })
    .where(and(eq(sessions.userId, personId), ne(sessions.id, asking), isNull(sessions.revokedAt)))
    .returning({ id: sessions.id });
  const [kept] = await tx.db.update(sessions).set({ steppedUpAt: null }).where(eq(sessions.id, asking)).returning();
  await tx.db.delete(devices).where(eq(devices.personId, personId));
  await leaveOldMailbox(tx, personId);
  if (kept?.deviceHash)
    await tx.db.insert(devices).values({ personId, deviceHash: kept.deviceHash, firstSeenAt: tx.now });
  await recordAudit(tx, {
    action: "address.changed",
    object: { type: "person", id: personId },
    payload: { caseId, sessionsEnded: ended.length },
  });
  const [row] = await tx.db.select().from(cases).where(eq(cases.id, caseId));
  for (const [which, to] of [
    ["old", old],
    ["new", address],
  ] as const)
    await queueMail(tx, {
      ...{ template: "address-changed", to, personId, kind: "security" },
      props: { reference: row?.reference ?? "", which },
      idempotencyKey: `address-changed-${caseId}-${which}`,
    });
}

/** What they asked for without an account goes on with the account: the old mailbox opens and is told nothing more. */
async function leaveOldMailbox(tx: Tx, personId: string): Promise<void> {
  const theirs = sql`subject_id = ${personId} and not exists (
    select 1 from agent_permissions p where p.case_id = cases.id and p.withdrawn_at is null)`;
  await tx.db.execute(sql`delete from case_tokens where case_id in (select id from cases where ${theirs})`);
  await tx.db.execute(
    sql`update cases set contact = null, contact_hash = null where contact is not null and ${theirs}`,
  );
}
