import { config } from "../../trust-center.config";
import type { Actor, Ctx, HolderCtx, StaffCtx, StaffRole } from "../context";

/** What one request knows about who is signed in; made by the session query of adapter.ts. */
export type CurrentSession = {
  sessionId: string;
  person: { id: string; email: string; name: string | null; platformUserId: string | null; timeZone: string };
  steppedUpAt: Temporal.Instant | null;
  passkeyAt: Temporal.Instant | null;
  freshUntil: Temporal.Instant | null;
  /** The staff row of this person, disabled ones left out; `enrolled` once they hold a passkey. */
  staff: { id: string; role: StaffRole; displayName: string; enrolled: boolean } | null;
};

/** The same person as an account holder, whatever else they are. */
export function holderActor(session: CurrentSession): Extract<Actor, { kind: "holder" }> {
  const { sessionId, steppedUpAt, freshUntil } = session;
  return { kind: "holder", personId: session.person.id, sessionId, steppedUpAt, freshUntil };
}

/** True when this session may act as staff: a passkey was verified in it, not too long ago (S13). */
export function isStaffSession(session: CurrentSession, now: Temporal.Instant = Temporal.Now.instant()): boolean {
  if (!session.staff?.enrolled || session.passkeyAt === null) return false;
  return Temporal.Instant.compare(session.passkeyAt.add({ hours: config.signIn.staffHours }), now) > 0;
}

export function actorOf(session: CurrentSession): Actor {
  if (!session.staff || !isStaffSession(session)) return holderActor(session);
  const { sessionId, steppedUpAt, staff, person } = session;
  return { kind: "staff", staffId: staff.id, personId: person.id, role: staff.role, sessionId, steppedUpAt };
}

/** The same context when somebody is signed in; null for a visitor. */
export const signedIn = (ctx: Ctx): HolderCtx | StaffCtx | null =>
  ctx.actor.kind === "holder" || ctx.actor.kind === "staff" ? (ctx as HolderCtx | StaffCtx) : null;
