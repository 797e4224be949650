import { type Ctx, isSteppedUp, type StaffCtx } from "../context";
import { fail, ok, type Result } from "../errors";

/** Every power over a mailing is an officer's, freshly proved (S14). */
export function officerOf(
  ctx: Ctx,
  now: Temporal.Instant,
): Result<StaffCtx["actor"], "not-allowed" | "step-up-required"> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role !== "officer") return fail("not-allowed");
  return isSteppedUp(actor, now) ? ok(actor) : fail("step-up-required");
}
