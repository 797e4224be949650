import { and, eq, isNull } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { randomToken, sha256Hex } from "../crypto/hash";
import { findPlatformPerson } from "../data-map/find-platform-person";
import { challenges, incomingTransfers, people, staff } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { log } from "../log";
import { queueMail } from "../mail/queue-mail";
import { addressHash } from "../transfers/address-hash";
import { newAlert } from "./alert";
import { addressOf, type Challenge, codeHash, newCode } from "./challenge";

/**
 * Job: makes the code and the link of one challenge and the mail that carries them, in one transaction;
 * the row keeps only their hashes. A second run finds `sent_at` set and does nothing (R2).
 */
export async function sendChallenge(ctx: Ctx, input: { challengeId: string }): Promise<void> {
  const challenge = await withRead(ctx, (tx) => waiting(tx, input.challengeId));
  if (!challenge) return;
  const address = addressOf(challenge);
  const known = challenge.purpose === "step-up" || (await isKnown(ctx, address));
  await withTransaction(ctx, async (tx) => {
    const locked = await waiting(tx, challenge.id, true);
    if (!locked || (await isSuspended(tx, address))) return;
    const code = newCode();
    const link = randomToken();
    await tx.db
      .update(challenges)
      .set({ codeHash: codeHash(locked.id, code), linkHash: sha256Hex(link), sentAt: tx.now })
      .where(eq(challenges.id, locked.id));
    const minutes = config.signIn.codeMinutes;
    const common = { to: address, personId: locked.personId, idempotencyKey: `challenge:${locked.id}` };
    if (locked.purpose === "step-up" && locked.personId && locked.sessionId) {
      const alert = await newAlert(tx, { personId: locked.personId, sessionId: locked.sessionId, kind: "step-up" });
      await queueMail(tx, { ...common, template: "step-up-code", props: { code, minutes, disown: alert.token } });
    } else {
      const template = known ? "sign-in-code" : "sign-in-unknown";
      await queueMail(tx, { ...common, template, props: { code, link, minutes } });
    }
  });
}

async function waiting(tx: Tx, id: string, lock = false): Promise<Challenge | undefined> {
  const rows = tx.db
    .select()
    .from(challenges)
    .where(and(eq(challenges.id, id), isNull(challenges.sentAt), isNull(challenges.consumedAt)));
  const [row] = await (lock ? rows.for("update") : rows);
  return row && Temporal.Instant.compare(row.expiresAt, tx.now) > 0 ? row : undefined;
}

/** Known to the platform, one of our own staff, or somebody for whom another provider sent a package. A platform that does not answer counts as knowing. */
async function isKnown(ctx: Ctx, address: string): Promise<boolean> {
  const [ours] = await withRead(ctx, (tx) =>
    tx.db
      .select({ id: staff.id })
      .from(staff)
      .innerJoin(people, eq(people.id, staff.personId))
      .where(eq(people.email, address)),
  );
  const [awaited] = await withRead(ctx, (tx) =>
    tx.db
      .select({ id: incomingTransfers.id })
      .from(incomingTransfers)
      .where(eq(incomingTransfers.addressHash, addressHash(address)))
      .limit(1),
  );
  if (ours || awaited) return true;
  try {
    return (await findPlatformPerson(address)) !== null;
  } catch (error) {
    log.warn({ err: error }, "the platform could not be asked during a sign-in");
    return true;
  }
}

async function isSuspended(tx: Tx, address: string): Promise<boolean> {
  const [row] = await tx.db.select({ at: people.suspendedAt }).from(people).where(eq(people.email, address));
  return Boolean(row?.at);
}
