import { eq } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { randomToken, sha256Hex } from "../crypto/hash";
import { cases, packages, people } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import { inWords } from "../in-words";
import { enqueue } from "../jobs/queue";
import { queueMail } from "../mail/queue-mail";

/** What the person has to be told at once (P3, S14). */
export type Told = {
  packageId: string;
  reference: string;
  email: string;
  /** In words with its zone; set when it was asked for from a new address or device. */
  waitsUntil: string | null;
  /** Path of the one-click stop; only while it waits. */
  stopPath: string | null;
};

/**
 * Stores that a package is owed, tells the person by mail (P3) and puts the writing of it into the
 * queue, in the caller's transaction (R1). Who signed in from a new address or device waits until
 * `freshUntil` (S14); until then one click in the mail, or on the page, stops it.
 */
export async function createPackage(
  tx: Tx,
  input: {
    caseId: string;
    personId: string;
    scope: "person" | "company";
    /** The company of the package it stands in for; left out, the one that the person is of now. */
    companyId?: string | null;
    /** Tells the person in other words than that a copy was asked for. */
    tell?: (about: Told) => Promise<void>;
  },
): Promise<{ packageId: string }> {
  const { caseId, personId, scope } = input;
  const packageId = newId();
  const { actor } = tx.ctx;
  const fresh = actor.kind === "holder" ? actor.freshUntil : null;
  const notBefore = fresh && Temporal.Instant.compare(fresh, tx.now) > 0 ? fresh : null;
  const token = notBefore ? randomToken() : null;
  const [row] = await tx.db
    .select({
      reference: cases.reference,
      email: people.email,
      timeZone: people.timeZone,
      companyId: people.platformCompanyId,
    })
    .from(cases)
    .innerJoin(people, eq(people.id, personId))
    .where(eq(cases.id, caseId));
  const { companyId = row?.companyId ?? null } = input;
  await tx.db.insert(packages).values({
    id: packageId,
    caseId,
    personId,
    scope,
    platformCompanyId: scope === "company" ? companyId : null,
    notBefore,
    stopTokenHash: token && sha256Hex(token),
    requestedAt: tx.now,
  });
  await recordAudit(tx, {
    action: "package.requested",
    object: { type: "package", id: packageId },
    payload: { caseId, scope, waits: notBefore !== null },
  });
  if (row) {
    const waitsUntil = notBefore && inWords(notBefore, row.timeZone);
    const stopPath = token && `/stop-package?token=${token}`;
    const { reference, email } = row;
    if (input.tell) await input.tell({ packageId, reference, email, waitsUntil, stopPath });
    else
      await queueMail(tx, {
        template: "package-requested",
        to: email,
        personId,
        kind: "security",
        idempotencyKey: `package-requested-${packageId}`,
        props: { reference, scope, packageId, waitsUntil, stopPath },
      });
  }
  await enqueue(tx, "package.write", { packageId }, notBefore ? { startAfter: notBefore } : {});
  return { packageId };
}
