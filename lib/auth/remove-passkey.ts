import { and, asc, eq, isNotNull, isNull, ne } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { isSteppedUp, type StaffCtx } from "../context";
import { passkeys, people, sessions } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { tellOfAlert } from "./alert";
import { withAuthTransaction } from "./transaction";

type Failure = "step-up-required" | "not-found" | "last-passkey";

/**
 * Takes one of one's own passkeys away: of a device that is lost, or not used any more. A power like any other, so
 * it wants a fresh proof, and the person is told by mail (S14); it runs as sign-in itself, since nobody on the desk
 * may write what proves who they are. The last one stays (S13), and a colleague's and a missing one look alike. A
 * session does not know which passkey opened it: every other one has to show one of those that are left.
 */
export function removePasskey(
  ctx: StaffCtx,
  input: { credentialId: string },
): Promise<Result<{ left: number }, Failure>> {
  const { personId, staffId, sessionId } = ctx.actor;
  return withAuthTransaction<Result<{ left: number }, Failure>>(ctx, async (tx) => {
    if (!isSteppedUp(ctx.actor, tx.now)) return fail("step-up-required");
    // All of them are locked, so that two removals at once cannot each leave the other's.
    const own = await tx.db
      .select({ credentialId: passkeys.credentialId, label: passkeys.label })
      .from(passkeys)
      .where(eq(passkeys.staffId, staffId))
      .orderBy(asc(passkeys.credentialId))
      .for("update");
    const removed = own.find(({ credentialId }) => credentialId === input.credentialId);
    if (!removed) return fail("not-found");
    if (own.length === 1) return fail("last-passkey");
    await tx.db.delete(passkeys).where(eq(passkeys.credentialId, removed.credentialId));
    const asked = await tx.db
      .update(sessions)
      .set({ passkeyAt: null, steppedUpAt: null })
      .where(
        and(
          eq(sessions.userId, personId),
          ne(sessions.id, sessionId),
          isNull(sessions.revokedAt),
          isNotNull(sessions.passkeyAt),
        ),
      )
      .returning({ id: sessions.id });
    const left = own.length - 1;
    await recordAudit(tx, {
      action: "passkey.removed",
      object: { type: "staff", id: staffId },
      payload: { left, sessionsAskedAgain: asked.length, sessionId },
    });
    const [person] = await tx.db.select().from(people).where(eq(people.id, personId));
    if (!person) throw new Error("staff without a person");
    await tellOfAlert(tx, {
      to: person.email,
      personId,
      sessionId,
      kind: "passkey-removed",
      device: removed.label,
      zone: person.timeZone,
      waitHours: 0,
    });
    return ok({ left });
  });
}
