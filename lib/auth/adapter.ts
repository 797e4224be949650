import { DrizzleAdapter } from "@auth/drizzle-adapter";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { Adapter, AdapterSession, AdapterUser } from "next-auth/adapters";
import { sha256Hex } from "../crypto/hash";
import type { Database } from "../db/client";
import { accounts, devices, people, sessions, staff, verificationTokens } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import type { CurrentSession } from "./current-session";
import { freshUntil } from "./fresh";

/** What a new session is told about the browser it belongs to. */
export type Device = { label: string; hash: string };

/** How often `last_seen_at` is written, at most. */
const seenMinutes = 5;

/**
 * next-auth's adapter over our tables. It differs from the bundled one in what it must never do: a
 * session token is stored and looked up as its SHA-256 (S29), and a revoked or expired session, a
 * suspended or forgotten person or a disabled member of staff is no session at all (S9).
 * @param db the pool, or the transaction a sign-in happens in
 * @param device given when a session is to be made
 */
export function hashedAdapter(db: Database | Tx["db"], device?: Device): Adapter {
  const base = DrizzleAdapter(
    db as Database,
    {
      usersTable: people,
      sessionsTable: sessions,
      accountsTable: accounts,
      verificationTokensTable: verificationTokens,
    } as never,
  );
  return {
    ...base,
    async createUser(user) {
      const id = newId();
      await db.insert(people).values({ id, email: user.email, emailVerified: user.emailVerified });
      return { id, email: user.email, emailVerified: user.emailVerified };
    },
    async createSession(session) {
      await db.insert(sessions).values({
        sessionToken: sha256Hex(session.sessionToken),
        id: newId(),
        userId: session.userId,
        expires: session.expires,
        device: device?.label ?? "Unknown device",
        deviceHash: device?.hash ?? null,
      });
      return session;
    },
    async getSessionAndUser(token) {
      const found = await findSession(db, token);
      if (!found) return null;
      // The session callback hands `current` on; the rest is what next-auth itself looks at.
      const { person } = found.current;
      const session: AdapterSession & { current: CurrentSession } = {
        sessionToken: token,
        userId: person.id,
        expires: found.expires,
        current: found.current,
      };
      const user: AdapterUser = { id: person.id, email: person.email, emailVerified: null };
      return { session, user };
    },
    async updateSession() {
      return null; // sessions end when they end; nothing extends them
    },
    async deleteSession(token) {
      await db
        .update(sessions)
        .set({ revokedAt: sql`now()` })
        .where(and(eq(sessions.sessionToken, sha256Hex(token)), isNull(sessions.revokedAt)));
    },
  };
}

async function findSession(
  db: Database | Tx["db"],
  token: string,
): Promise<{ expires: Date; current: CurrentSession } | null> {
  const hash = sha256Hex(token);
  const [row] = await db
    .select({
      session: sessions,
      person: people,
      staff,
      firstSeenAt: devices.firstSeenAt,
      now: sql<string>`now()::text`,
    })
    .from(sessions)
    .innerJoin(people, eq(people.id, sessions.userId))
    .leftJoin(staff, eq(staff.personId, people.id))
    .leftJoin(devices, and(eq(devices.personId, people.id), eq(devices.deviceHash, sessions.deviceHash)))
    .where(
      and(
        eq(sessions.sessionToken, hash),
        isNull(sessions.revokedAt),
        gt(sessions.expires, sql`now()`),
        isNull(people.suspendedAt),
        isNull(people.erasedAt),
      ),
    );
  if (!row) return null;
  // A session that was staff's ends with the job; the person may sign in again as themselves.
  if (row.staff?.disabledAt && row.session.passkeyAt) return null;
  const now = Temporal.Instant.from(row.now);
  if (Temporal.Instant.compare(row.session.lastSeenAt.add({ minutes: seenMinutes }), now) < 0) {
    await db.update(sessions).set({ lastSeenAt: now }).where(eq(sessions.sessionToken, hash));
  }
  const { session, person } = row;
  return {
    expires: session.expires,
    current: {
      sessionId: session.id,
      person: {
        id: person.id,
        email: person.email,
        name: person.name,
        platformUserId: person.platformUserId,
        timeZone: person.timeZone,
      },
      steppedUpAt: session.steppedUpAt,
      passkeyAt: session.passkeyAt,
      freshUntil: freshUntil(row.firstSeenAt ?? session.createdAt, now),
      staff:
        row.staff && !row.staff.disabledAt
          ? {
              id: row.staff.id,
              role: row.staff.role,
              displayName: row.staff.displayName,
              enrolled: row.staff.enrolledAt !== null,
            }
          : null,
    },
  };
}
