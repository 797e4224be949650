import type { PublicKeyCredentialCreationOptionsJSON } from "@simplewebauthn/server";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { type HolderCtx, isSteppedUp, type StaffCtx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { passkeys, people, sessions, staff, staffInvitations } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { tellOfAlert } from "./alert";
import {
  type Credential,
  registrationOptions,
  storePasskeyChallenge,
  takePasskeyChallenge,
  verifyRegistration,
} from "./passkey";
import { consume } from "./rate-limit";
import { rotateSession } from "./step-up";
import { withAuthTransaction } from "./transaction";

type Who = HolderCtx | StaffCtx;
type Permit = { staffId: string; name: string; email: string; zone: string; invitationId: string | null };

/**
 * Who may add a passkey: the invited person with the unused invitation of the last 48 hours, or staff
 * who showed another passkey within the step-up minutes. Everybody else is told nothing (S13, S19).
 */
async function permitToEnrol(tx: Tx, ctx: Who, invitationToken: string | null): Promise<Permit | null> {
  const [own] = await tx.db
    .select({ staffId: staff.id, name: staff.displayName, email: people.email, zone: people.timeZone })
    .from(staff)
    .innerJoin(people, eq(people.id, staff.personId))
    .where(and(eq(staff.personId, ctx.actor.personId), isNull(staff.disabledAt)));
  if (!own) return null;
  if (ctx.actor.kind === "staff" && isSteppedUp(ctx.actor, tx.now)) return { ...own, invitationId: null };
  if (!invitationToken) return null;
  const [invitation] = await tx.db
    .select({ id: staffInvitations.id })
    .from(staffInvitations)
    .where(
      and(
        eq(staffInvitations.tokenHash, sha256Hex(invitationToken)),
        eq(staffInvitations.staffId, own.staffId),
        isNull(staffInvitations.usedAt),
        gt(staffInvitations.expiresAt, sql`${tx.now.toString()}::timestamptz`),
      ),
    )
    .for("update");
  return invitation ? { ...own, invitationId: invitation.id } : null;
}

/** Whether this session could enrol now; the page says what is missing otherwise. */
export function canEnrol(ctx: Who, input: { invitation: string | null }): Promise<boolean> {
  return withAuthTransaction(ctx, async (tx) => (await permitToEnrol(tx, ctx, input.invitation)) !== null);
}

/** Options for `navigator.credentials.create`, with a challenge for this session. */
export async function beginEnrolment(
  ctx: Who,
  input: { invitation: string | null },
): Promise<Result<PublicKeyCredentialCreationOptionsJSON, "not-allowed" | "too-many" | "cannot-check">> {
  const counted = await consume("passkey.person", ctx.actor.personId);
  if (!counted.ok) return counted;
  return withAuthTransaction(ctx, async (tx) => {
    const permit = await permitToEnrol(tx, ctx, input.invitation);
    if (!permit) return fail("not-allowed");
    const existing = await tx.db.select().from(passkeys).where(eq(passkeys.staffId, permit.staffId));
    const options = await registrationOptions({ ...permit, id: permit.staffId }, existing);
    await storePasskeyChallenge(tx, ctx.actor.sessionId, "enrol", options.challenge);
    return ok(options);
  });
}

/**
 * Stores the new passkey, uses up the invitation, and makes this session a staff session under a new
 * token: making a passkey proves holding it.
 */
export function finishEnrolment(
  ctx: Who,
  input: { invitation: string | null; credential: Credential },
): Promise<Result<{ sessionToken: string }, "not-allowed" | "passkey-refused">> {
  return withAuthTransaction(ctx, async (tx) => {
    const permit = await permitToEnrol(tx, ctx, input.invitation);
    if (!permit) return fail("not-allowed");
    const challenge = await takePasskeyChallenge(tx, ctx.actor.sessionId, "enrol", input.credential);
    const made = challenge ? await verifyRegistration(input.credential, challenge) : null;
    if (!made) return fail("passkey-refused");
    const [session] = await tx.db.select().from(sessions).where(eq(sessions.id, ctx.actor.sessionId));
    const label = session?.device ?? "Unknown device";
    const stored = await tx.db
      .insert(passkeys)
      .values({
        credentialId: made.id,
        staffId: permit.staffId,
        publicKey: Buffer.from(made.publicKey),
        counter: made.counter,
        transports: made.transports ?? [],
        label,
        lastUsedAt: tx.now,
      })
      .onConflictDoNothing()
      .returning({ id: passkeys.credentialId });
    if (stored.length === 0) return fail("passkey-refused");
    if (permit.invitationId) {
      await tx.db.update(staffInvitations).set({ usedAt: tx.now }).where(eq(staffInvitations.id, permit.invitationId));
    }
    await tx.db
      .update(staff)
      .set({ enrolledAt: tx.now })
      .where(and(eq(staff.id, permit.staffId), isNull(staff.enrolledAt)));
    const sessionToken = await rotateSession(tx, ctx, { passkeyAt: tx.now, steppedUpAt: tx.now });
    if (!sessionToken) return fail("not-allowed");
    await recordAudit(tx, {
      action: "passkey.enrolled",
      object: { type: "staff", id: permit.staffId },
      payload: { invited: permit.invitationId !== null, sessionId: ctx.actor.sessionId },
    });
    const { personId, sessionId } = ctx.actor;
    await tellOfAlert(tx, {
      to: permit.email,
      personId,
      sessionId,
      kind: "passkey-enrolled",
      device: label,
      zone: permit.zone,
      waitHours: 0,
    });
    return ok({ sessionToken });
  });
}
