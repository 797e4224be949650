import type { StaffCtx } from "@/lib/context";
import { earliestEffect } from "@/lib/notices/notice-period";
import { startOfDay } from "@/lib/policy/draft-form";
import type { Draft } from "@/lib/policy/drafts";
import { config } from "@/trust-center.config";

/** Possible, or the sentence that says why not; null when the step lies behind us or never comes. */
export type Power = { possible: true } | { possible: false; why: string } | null;
export type VersionPowers = { edit: Power; submit: Power; approve: Power; announce: Power; withdraw: Power };

const yes: Power = { possible: true };
const no = (why: string): Power => ({ possible: false, why });

const days = config.clocks.noticeDays;

/** The first day, in the company's zone, on which a version announced at `now` may take effect (ISO date). */
export function firstEffectiveDay(now: Temporal.Instant): string {
  const earliest = earliestEffect(now);
  let day = earliest.toZonedDateTimeISO(config.clocks.zone).toPlainDate();
  if (Temporal.Instant.compare(startOfDay(day.toString()), earliest) < 0) day = day.add({ days: 1 });
  return day.toString();
}

const tooEarly = (draft: Draft, now: Temporal.Instant): boolean =>
  // A technical upgrade holds from the moment it is recorded.
  draft.version.kind !== "technical" &&
  (!draft.version.effectiveAt || Temporal.Instant.compare(draft.version.effectiveAt, earliestEffect(now)) < 0);

/**
 * What this member of staff can do with a version, and for the rest why not. For the page only: each use
 * case decides for itself, and the database once more for approver = author (S1, S15).
 */
export function versionPowers(
  draft: Draft,
  actor: StaffCtx["actor"],
  author: string,
  now: Temporal.Instant,
): VersionPowers {
  const { version, state, problems, approval } = draft;
  const mine = version.authorId === actor.staffId;
  const officer = actor.role === "officer";
  const unannounced = state === "draft" || state === "in-review";
  const first = firstEffectiveDay(now);
  const mend =
    problems.length === 1 ? "Put the one problem right first." : `Put the ${problems.length} problems right first.`;

  const edit = !unannounced
    ? null
    : actor.role === "auditor"
      ? no("An auditor reads only.")
      : mine
        ? yes
        : no(`Only ${author} edits this text. Start a draft of your own from it instead.`);

  const submit =
    state !== "draft"
      ? null
      : actor.role === "auditor"
        ? no("An auditor reads only.")
        : !mine
          ? no(`Only ${author}, who wrote it, hands it in.`)
          : problems.length > 0
            ? no(mend)
            : !version.effectiveAt && version.kind !== "technical"
              ? no(`Choose the day it takes effect, ${first} or later, and save.`)
              : tooEarly(draft, now)
                ? no(`Everybody needs ${days} days: choose ${first} or later as the day it takes effect, and save.`)
                : yes;

  const approve =
    !unannounced || approval
      ? null
      : state === "draft"
        ? no("It was not handed in for review yet.")
        : !officer
          ? no("Only a privacy officer approves.")
          : mine
            ? no("You wrote it, so a second officer has to approve it.")
            : problems.length > 0
              ? no(mend)
              : yes;

  const announce = !unannounced
    ? null
    : !officer
      ? no("Only a privacy officer announces.")
      : !approval
        ? no("A second officer has to approve exactly this text, its highlights and its day first.")
        : problems.length > 0
          ? no(mend)
          : tooEarly(draft, now)
            ? no(
                `The day it takes effect has come too close. ${mine ? "Choose" : `Ask ${author} to choose`} ${first} or later; that voids the approval.`,
              )
            : yes;

  const withdraw =
    state === "withdrawn" || state === "in-force" || state === "superseded"
      ? null
      : officer
        ? yes
        : no("Only a privacy officer withdraws a version.");

  return { edit, submit, approve, announce, withdraw };
}
