import { and, eq, isNotNull, isNull } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import { keyedHash, randomToken, sha256Hex } from "../crypto/hash";
import { companyOwners } from "../data-map/find-clients";
import { dataMap } from "../data-map/load";
import type { PlatformPerson } from "../data-map/platform-person";
import { identitiesAtHome } from "../data-map/reach";
import { deletions } from "../db/schema";
import type { Tx } from "../db/transaction";
import { inWords } from "../in-words";
import { mailAddress } from "../mail/mail-address";
import { queueMail } from "../mail/queue-mail";
import type { Subject } from "./find-subject";
import type { DeletionPreview } from "./preview-deletion";
import { recordEvent } from "./record-event";

/** The plan of a case. One that was cancelled is none, though a message may have opened its case again. */
export const plannedIn = (caseId: string) => and(eq(deletions.caseId, caseId), isNull(deletions.cancelledAt));

/** Whether what was typed is the account's own address. */
export const confirms = (typed: string, person: Subject): boolean =>
  typed.normalize("NFKC").trim().toLowerCase() === person.email;

/**
 * Stores what was shown, starts the grace period and mails a one-click cancel, for a case that exists already. Nothing is deleted
 * by it. A plan of that case which was cancelled gives way to this one, and its link with it; what became of it stays on the timeline.
 * @param plan.freshUntil a new address or device waits at least so long (S14), which the grace period covers
 * @param plan.addresses see `knownAddresses`
 * @param plan.owners who else owns a company that is to be closed, see `otherOwners`
 */
export async function planDeletion(
  tx: Tx,
  plan: {
    caseId: string;
    reference: string;
    person: Subject;
    preview: DeletionPreview;
    addresses: readonly string[];
    owners?: readonly PlatformPerson[];
    freshUntil: Temporal.Instant | null;
  },
): Promise<{ graceEndsAt: Temporal.Instant }> {
  const { caseId, reference, person, preview, addresses, owners = [], freshUntil: fresh } = plan;
  const { scope } = preview;
  const grace = tx.now.add({ hours: config.deletion.graceDays * 24 });
  const graceEndsAt = fresh && Temporal.Instant.compare(fresh, grace) > 0 ? fresh : grace;
  const token = randomToken();
  await tx.db.delete(deletions).where(and(eq(deletions.caseId, caseId), isNotNull(deletions.cancelledAt)));
  await tx.db.insert(deletions).values({
    caseId,
    personId: person.personId,
    scope,
    preview,
    requestedAt: tx.now,
    platformUserId: person.platformUserId,
    platformCompanyId: person.platformCompanyId,
    accountNotedAt: tx.now,
    graceEndsAt,
    cancelTokenHash: sha256Hex(token),
  });
  const rows = preview.items.reduce((sum, item) => sum + item.rows, 0);
  await recordEvent(tx, {
    caseId,
    type: "deletion.scheduled",
    detail: { graceEndsAt: graceEndsAt.toString(), rows, blockers: preview.blockers.length },
  });
  await recordAudit(tx, {
    action: "deletion.scheduled",
    object: { type: "case", id: caseId },
    payload: { scope, rows, collections: preview.items.length, graceEndsAt: graceEndsAt.toString() },
  });
  for (const to of addresses)
    await queueMail(tx, {
      ...{ template: "deletion-scheduled", to, personId: person.personId, kind: "security" },
      props: { reference, scope, graceEnds: inWords(graceEndsAt, person.timeZone), token },
      // A second plan of one case is told of as well.
      idempotencyKey: `deletion-scheduled-${caseId}-${keyedHash("deletion-scheduled", `${token} ${to}`)}`,
    });
  for (const { userId, email, companyName, timeZone } of owners) {
    const to = mailAddress(email)?.toLowerCase();
    if (!to || addresses.includes(to)) continue;
    await queueMail(tx, {
      ...{ template: "company-closing", to, kind: "security" },
      props: { reference, company: companyName ?? "your company", graceEnds: inWords(graceEndsAt, timeZone), token },
      idempotencyKey: `company-closing-${caseId}-${keyedHash("company-closing", `${token} ${userId}`)}`,
    });
  }
  return { graceEndsAt };
}

/**
 * Who owns the same company and did not ask: closing it ends their account as well, so they hear of it and can stop it as whoever
 * asked can (S14). To stop it needs no more than to want it (L12).
 */
export async function otherOwners({ platformUserId, platformCompanyId }: Subject): Promise<PlatformPerson[]> {
  const owners = platformCompanyId ? await companyOwners(platformCompanyId) : [];
  return owners.filter(({ userId }) => userId !== platformUserId);
}

/** Whoever took over one address does not end it all unseen: the mail with its stop goes to every address they proved (S14). */
export async function knownAddresses({ email, platformUserId, platformCompanyId }: Subject): Promise<string[]> {
  if (!platformUserId) return [email];
  const found = await identitiesAtHome(dataMap(), { platformUserId, platformCompanyId }, "person");
  return [...new Set([email, ...(found.get("email") ?? []).flatMap((one) => mailAddress(one)?.toLowerCase() ?? [])])];
}
