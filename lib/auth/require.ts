import { headers } from "next/headers";
import { forbidden, notFound, redirect } from "next/navigation";
import { after } from "next/server";
import { type Ctx, type HolderCtx, isSteppedUp, type StaffCtx, type StaffRole } from "../context";
import type { Reason } from "../errors";
import { log } from "../log";
import { acknowledgeUse } from "../policy/acknowledge-use";
import { honourSignal } from "../processing/honour-signal";
import { currentSession, requestId } from "./current";
import { actorOf, holderActor } from "./current-session";
import { withNext } from "./safe-next";

export type { HolderCtx, StaffCtx } from "../context";

/** The page being asked for, as proxy.ts noted it; only ever used through `withNext` (S18). */
export async function currentPath(): Promise<string> {
  return (await headers()).get("x-path") ?? "/account";
}

/** For pages and route handlers of `/account`: the signed-in person as a holder, or off to sign-in. */
export async function requireHolder(): Promise<HolderCtx> {
  const session = await currentSession();
  if (!session) redirect(withNext("/sign-in", await currentPath()));
  const ctx: HolderCtx = { actor: holderActor(session), requestId: await requestId() };
  // After the answer: nobody waits for it, and a page is shown whatever becomes of it.
  after(() => acknowledgeUse(ctx).catch((error) => log.error({ err: error }, "a use was not noted")));
  if (await sendsSignal()) after(() => noted(ctx));
  return ctx;
}

/** For pages that are anybody's: whoever is signed in and looks at one is heard all the same (W4), after the answer. */
export async function signalHeard(): Promise<void> {
  if (!(await sendsSignal())) return;
  // Begun here, since nothing of the request may be read after it.
  const [session, id] = [currentSession(), await requestId()];
  after(async () => {
    const found = await session.catch(() => null);
    if (found) await noted({ actor: holderActor(found), requestId: id });
  });
}

const noted = (ctx: HolderCtx): Promise<unknown> =>
  honourSignal(ctx).catch((error) => log.error({ err: error }, "a browser's signal was not noted"));

/** Global Privacy Control, exactly as its specification has it: the value is "1" and nothing else. */
async function sendsSignal(): Promise<boolean> {
  return (await headers()).get("sec-gpc") === "1";
}

/** For the page that shows what the signal does: honoured before it is rendered, not after. */
export async function signalHonoured(ctx: HolderCtx): Promise<void> {
  if (await sendsSignal()) await honourSignal(ctx);
}

/**
 * For pages and route handlers of `/admin`. Nobody: off to sign-in; not staff: this page does not
 * exist; staff without a passkey in this session: off to it (S13); another role: forbidden.
 * @param roles none means any
 */
export async function requireStaff(...roles: StaffRole[]): Promise<StaffCtx> {
  const session = await currentSession();
  const path = await currentPath();
  if (!session) redirect(withNext("/sign-in", path));
  if (!session.staff) notFound();
  const actor = actorOf(session);
  if (actor.kind !== "staff") redirect(withNext(session.staff.enrolled ? "/staff/verify" : "/staff/enrol", path));
  const id = await requestId();
  if (roles.length > 0 && !roles.includes(actor.role)) {
    // The page names this id, so that whoever gives roles can see what was wanted.
    log.info({ requestId: id, staffId: actor.staffId, role: actor.role, needed: roles }, "role refused");
    forbidden();
  }
  return { actor, requestId: id };
}

/** The same for what saves in the background: says why not, instead of leading away from the page. */
export async function staffOrReason(...roles: StaffRole[]): Promise<StaffCtx | { refused: Reason }> {
  const session = await currentSession();
  if (!session) return { refused: "sign-in-required" };
  if (!session.staff) return { refused: "not-found" };
  const actor = actorOf(session);
  if (actor.kind !== "staff") return { refused: "step-up-required" };
  if (!roles.includes(actor.role)) return { refused: "not-allowed" };
  return { actor, requestId: await requestId() };
}

/** Sends whoever did not prove themselves lately to do so (S14); the use case checks again. */
export async function requireStepUp(ctx: Ctx, next: string): Promise<void> {
  if (!isSteppedUp(ctx.actor, Temporal.Now.instant())) redirect(withNext("/step-up", next));
}
