import { eq, inArray } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx, StaffRole } from "../context";
import { randomToken, sha256Hex } from "../crypto/hash";
import { passkeys, people, sessions, staff, staffInvitations } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";

/** Hours an invitation can be used. */
export const invitationHours = 48;

type Invitation = { staffId: string; token: string; expiresAt: string };

/**
 * Makes a member of staff and an invitation to enrol their first passkey; only the command line does
 * this. For somebody who is staff already it makes a further invitation (a new device); `reset` takes
 * their lost passkeys away and ends their sessions first.
 * @returns the token, shown once; the database holds its SHA-256 (S29). `conflict`: staff with another
 *   role, or disabled
 */
export function inviteStaff(
  ctx: Ctx,
  input: { address: string; name: string; role: StaffRole; reset?: boolean },
): Promise<Result<Invitation, "conflict" | "not-allowed">> {
  if (ctx.actor.kind !== "system") return Promise.resolve(fail("not-allowed"));
  return withTransaction(ctx, async (tx) => {
    const personId = await personOf(tx, input.address);
    const [known] = await tx.db.select().from(staff).where(eq(staff.personId, personId)).for("update");
    if (known && (known.role !== input.role || known.disabledAt)) return fail("conflict");
    const staffId = known?.id ?? newId();
    if (!known) {
      await tx.db.insert(staff).values({ id: staffId, personId, role: input.role, displayName: input.name });
    } else if (input.reset) {
      await tx.db.delete(passkeys).where(eq(passkeys.staffId, staffId));
      await tx.db.update(staff).set({ enrolledAt: null }).where(eq(staff.id, staffId));
      await tx.db.update(sessions).set({ revokedAt: tx.now }).where(eq(sessions.userId, personId));
    }
    // One open invitation at a time.
    const open = tx.db
      .select({ id: staffInvitations.id })
      .from(staffInvitations)
      .where(eq(staffInvitations.staffId, staffId));
    await tx.db.update(staffInvitations).set({ expiresAt: tx.now }).where(inArray(staffInvitations.id, open));
    const token = randomToken();
    const expiresAt = tx.now.add({ hours: invitationHours });
    await tx.db
      .insert(staffInvitations)
      .values({ id: newId(), staffId, tokenHash: sha256Hex(token), expiresAt, createdAt: tx.now });
    await recordAudit(tx, {
      action: "staff.invited",
      object: { type: "staff", id: staffId },
      payload: { role: input.role, new: !known, reset: Boolean(known && input.reset) },
    });
    return ok({ staffId, token, expiresAt: expiresAt.toString() });
  });
}

async function personOf(tx: Tx, address: string): Promise<string> {
  const [known] = await tx.db.select({ id: people.id }).from(people).where(eq(people.email, address));
  if (known) return known.id;
  const id = newId();
  await tx.db.insert(people).values({ id, email: address });
  return id;
}
