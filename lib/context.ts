import { config } from "../trust-center.config";

export type StaffRole = "agent" | "officer" | "auditor";

/** Who acts. Every query scopes itself by this; nothing else decides what is seen (S1, S19). */
export type Actor =
  | { kind: "visitor" }
  | {
      kind: "holder";
      personId: string;
      sessionId: string;
      /** When this session last proved itself again (S14); null when never. */
      steppedUpAt: Temporal.Instant | null;
      /** A fresh address or device: export and deletion wait until then (S14); null when it is not. */
      freshUntil: Temporal.Instant | null;
    }
  | {
      kind: "staff";
      staffId: string;
      personId: string;
      role: StaffRole;
      sessionId: string;
      steppedUpAt: Temporal.Instant | null;
    }
  /** A job, a scheduled task or the command line; `name` goes into the audit entry. */
  | { kind: "system"; name: string };

/**
 * What a use case is given. `clock` is set only by tests; otherwise the database's time counts (R14).
 */
export type Ctx = {
  actor: Actor;
  requestId: string;
  clock?: () => Temporal.Instant;
};

export type HolderCtx = Ctx & { actor: Extract<Actor, { kind: "holder" }> };
export type StaffCtx = Ctx & { actor: Extract<Actor, { kind: "staff" }> };

/** @param name what runs, such as `job:package.write` or `cli:staff-invite` */
export function systemCtx(name: string, clock?: () => Temporal.Instant): Ctx {
  return { actor: { kind: "system", name }, requestId: crypto.randomUUID(), ...(clock ? { clock } : {}) };
}

/** A visitor without a session; used by public pages and forms. */
export function visitorCtx(requestId: string = crypto.randomUUID()): Ctx {
  return { actor: { kind: "visitor" }, requestId };
}

/** True when the session proved itself again within `trust-center.config.ts`'s step-up minutes (S14). */
export function isSteppedUp(actor: Actor, now: Temporal.Instant): boolean {
  if (actor.kind === "system") return true;
  if (actor.kind === "visitor" || actor.steppedUpAt === null) return false;
  return Temporal.Instant.compare(actor.steppedUpAt.add({ minutes: config.signIn.stepUpMinutes }), now) >= 0;
}
