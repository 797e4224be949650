import { and, desc, eq, gt, isNull, sql } from "drizzle-orm";
import type { HolderCtx, StaffCtx } from "../context";
import { passkeys, people, sessions } from "../db/schema";
import { withRead } from "../db/transaction";

export type SessionRow = { id: string; device: string; createdAt: string; lastSeenAt: string; current: boolean };

/** The person's own sessions that are alive, the current one first (S9). */
export function mySessions(ctx: HolderCtx): Promise<SessionRow[]> {
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .select()
      .from(sessions)
      .where(and(eq(sessions.userId, ctx.actor.personId), isNull(sessions.revokedAt), gt(sessions.expires, sql`now()`)))
      .orderBy(desc(sessions.lastSeenAt));
    const shown = rows.map((row) => ({
      id: row.id,
      device: row.device,
      createdAt: row.createdAt.toString(),
      lastSeenAt: row.lastSeenAt.toString(),
      current: row.id === ctx.actor.sessionId,
    }));
    return shown.sort((a, b) => Number(b.current) - Number(a.current));
  });
}

export type OwnPasskey = { credentialId: string; label: string; createdAt: string; lastUsedAt: string | null };

/** One's own passkeys, the newest first. */
export function myPasskeys(ctx: StaffCtx): Promise<OwnPasskey[]> {
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .select()
      .from(passkeys)
      .where(eq(passkeys.staffId, ctx.actor.staffId))
      .orderBy(desc(passkeys.createdAt), passkeys.credentialId);
    return rows.map(({ credentialId, label, createdAt, lastUsedAt }) => ({
      credentialId,
      label,
      createdAt: createdAt.toString(),
      lastUsedAt: lastUsedAt?.toString() ?? null,
    }));
  });
}

/** The address mail to this person goes to. */
export function currentAddress(ctx: HolderCtx | StaffCtx): Promise<string | null> {
  return withRead(ctx, async (tx) => {
    const [row] = await tx.db.select({ email: people.email }).from(people).where(eq(people.id, ctx.actor.personId));
    return row?.email ?? null;
  });
}
