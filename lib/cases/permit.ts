import type { Actor, Ctx } from "../context";

export type Holder = Extract<Actor, { kind: "holder" }>;
export type StaffMember = Extract<Actor, { kind: "staff" }>;

/** The person acting for themselves; null for everybody else. */
export const holderOf = (ctx: Ctx): Holder | null => (ctx.actor.kind === "holder" ? ctx.actor : null);

/** Staff who may read cases: every role. */
export const caseReader = (ctx: Ctx): StaffMember | null => (ctx.actor.kind === "staff" ? ctx.actor : null);

/** Staff who may change cases: an auditor only reads. Row security says the same. Writes run in `withPower` (S14). */
export const caseWorker = (ctx: Ctx): StaffMember | null =>
  ctx.actor.kind === "staff" && ctx.actor.role !== "auditor" ? ctx.actor : null;
