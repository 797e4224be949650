import { type ActorName, holders, nobody, staff } from "./actors";
import type { Which } from "./rows";

/** What an actor gets for a row of this kind; see outcome.ts for the words. */
export type Rule = (actor: ActorName, which: Which) => string;

/** Everybody gets the same. */
export const anyone =
  (outcome = "shown"): Rule =>
  () =>
    outcome;

/** Signed in is enough: staff and an officer without a passkey are account holders too. */
export const signedIn: Rule = (actor) => (nobody.includes(actor) ? "/sign-in" : "shown");

/** The other way round: a page for those who are not signed in yet. */
export const signedOut =
  (onwards: string): Rule =>
  (actor) =>
    nobody.includes(actor) ? "shown" : onwards;

/** A row of one's own; anybody else's does not exist (foreign and missing look alike). */
export const ownRow: Rule = (actor, which) => {
  if (nobody.includes(actor)) return "/sign-in";
  return which === "own" && (actor === "self" || actor === "stale") ? "shown" : "missing";
};

/** The same behind a fresh proof (S14). Asked first, so that it tells nothing about the row. */
export const steppedUp =
  (rule: Rule): Rule =>
  (actor, which) =>
    actor === "stale" ? "/step-up" : rule(actor, which);

/** The desk: it does not exist for holders, and email alone never opens it (S13). */
export const staffOnly =
  (...roles: ("agent" | "officer" | "auditor")[]): Rule =>
  (actor) => {
    if (nobody.includes(actor)) return "/sign-in";
    if (holders.includes(actor)) return "missing";
    if (actor === "unverified") return "/staff/verify";
    return roles.length === 0 || (roles as string[]).includes(actor) ? "shown" : "forbidden";
  };

/** A row that all staff may see and that may not be there. */
export const staffRow =
  (...roles: ("agent" | "officer" | "auditor")[]): Rule =>
  (actor, which) => {
    const seen = staffOnly(...roles)(actor, which);
    return seen === "shown" && staff.includes(actor) && which === "missing" ? "missing" : seen;
  };
