import type { CaseKind } from "./clocks";

export type CaseState =
  | "waiting-for-you"
  | "preparing"
  | "with-us"
  | "scheduled"
  | "ready"
  | "problem"
  | "done"
  | "declined"
  | "cancelled";

/** What the state of a case follows from; plain instants in ISO form. */
export type StatusFacts = {
  kind: CaseKind;
  decision: "approved" | "partly" | "declined" | "completed" | "cancelled" | null;
  awaitingSubject: boolean;
  answered: boolean;
  deletion: {
    graceEndsAt: string;
    cancelledAt: string | null;
    expiredAt: string | null;
    decidedAt?: string | null;
    begunAt: string | null;
    carriedOutAt: string | null;
  } | null;
  package: {
    notBefore: string | null;
    readyAt: string | null;
    failedAt: string | null;
    stoppedAt: string | null;
    expiresAt: string | null;
    removedAt: string | null;
    /** Written whole; staff look at it before it is handed out. */
    heldAt?: string | null;
  } | null;
  /** Reference of the older case that answers this one too. */
  mergedInto?: string | null;
};

export type CaseStatus = {
  state: CaseState;
  /** One or two words for the chip. */
  word: string;
  /** What happens next, in one sentence to the subject. */
  next: string;
  /** Who acts next. */
  who: "you" | "we" | "nobody";
};

/** The status of a case for its subject, at an instant in ISO form. */
export function statusOf(facts: StatusFacts, now: string): CaseStatus {
  const { decision, deletion, package: pack } = facts;
  const isPast = (at: string | null) => at !== null && Date.parse(at) <= Date.parse(now);

  if (decision === "cancelled") {
    return {
      state: "cancelled",
      word: "Cancelled",
      next: cancelledWords(facts),
      who: "nobody",
    };
  }
  if (decision === "declined") {
    return {
      state: "declined",
      word: "Declined",
      next: "The reasons, how to appeal and where you can complain stand below. A message from you opens this again.",
      who: "nobody",
    };
  }
  if (decision === "partly" && !(pack?.readyAt && !pack.removedAt && !isPast(pack.expiresAt))) {
    return {
      state: "done",
      word: "Done in part",
      next: "What was refused, why, and how you can appeal stand below.",
      who: "nobody",
    };
  }
  if (decision !== null) {
    if (facts.mergedInto) {
      const next = `You asked for the same before. Both are answered under ${facts.mergedInto}.`;
      return { state: "done", word: "Merged", next, who: "nobody" };
    }
    if (pack?.readyAt && !pack.removedAt && !isPast(pack.expiresAt)) {
      return { state: "ready", word: "Ready", next: "Your package is ready to download.", who: "you" };
    }
    return {
      state: "done",
      word: "Done",
      next: pack ? "The file is no longer kept. You can ask for it again at no cost." : "Nothing more has to happen.",
      who: "nobody",
    };
  }
  if (facts.awaitingSubject) {
    return { state: "waiting-for-you", word: "Waiting for you", next: "We asked you something below.", who: "you" };
  }
  // What was decided, or cancelled, and is open again through a message does not go on by itself.
  if (deletion && !deletion.cancelledAt && !deletion.decidedAt) {
    if (deletion.carriedOutAt)
      return {
        state: "with-us",
        word: "Deleted",
        next: "Your data was deleted, as listed below, but for what the law makes us keep for now. That goes once it may.",
        who: "we",
      };
    if (deletion.begunAt)
      return {
        state: "with-us",
        word: "Deleting",
        next: "The waiting time is over and the deletion is being carried out. It can no longer be cancelled.",
        who: "we",
      };
    return deletion.expiredAt || isPast(deletion.graceEndsAt)
      ? {
          state: "with-us",
          word: "With our staff",
          next: "The waiting time is over. The deletion is carried out next, and we write to you when it is done.",
          who: "we",
        }
      : {
          state: "scheduled",
          word: "Scheduled",
          next: "Nothing is deleted while the waiting time runs. One click cancels it.",
          who: "we",
        };
  }
  if (pack) {
    if (pack.stoppedAt) {
      return {
        state: "with-us",
        word: "Stopped",
        next: "The package was stopped. Write to us below to go on.",
        who: "you",
      };
    }
    if (pack.failedAt) {
      return {
        state: "problem",
        word: "Held up",
        next: "Something could not be read. Our staff look into it.",
        who: "we",
      };
    }
    if (pack.notBefore && !isPast(pack.notBefore)) {
      return {
        state: "scheduled",
        word: "Scheduled",
        next: "You signed in from a new address or device, so the package is made 24 hours after that.",
        who: "we",
      };
    }
    if (pack.heldAt && !pack.readyAt) {
      return {
        state: "preparing",
        word: "Being checked",
        next: "Your package is written. Two people of our team make sure that it may be handed out as it is, then we write to you.",
        who: "we",
      };
    }
    if (!pack.readyAt) {
      return { state: "preparing", word: "In progress", next: "Your package is being written.", who: "we" };
    }
  }
  return facts.answered
    ? {
        state: "with-us",
        word: "In progress",
        next: "We replied and finish this now. You can write to us at any time.",
        who: "we",
      }
    : { state: "with-us", word: "In progress", next: "A person of our privacy team replies to you.", who: "we" };
}

/** What it means, for each kind, that somebody ended it before it was done. */
function cancelledWords({ kind, package: pack }: StatusFacts): string {
  switch (kind) {
    case "deletion":
      return "You cancelled this. Nothing was deleted.";
    case "correction":
      return "This was stopped. Nothing was changed.";
    case "objection":
      return "You took this back, so it stops nothing any more.";
    case "restriction":
      return "You took this back, so it limits nothing any more.";
    case "portability":
      // A transfer that was revoked when its file was ready: part of it may have been sent.
      return pack && !pack.stoppedAt
        ? "You took this back. Nothing more is sent to the other provider."
        : "This was stopped. No file was handed out.";
    case "access":
      return "This was stopped. No file was handed out.";
    case "inquiry":
      return "This was stopped.";
  }
}
