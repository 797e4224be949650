import type { ChipKind } from "@/components/ui/chip";
import type { CaseWithParts } from "@/lib/cases/read-case";

export type DeskStatus = {
  chip: ChipKind;
  word: string;
  /** Who acts next, seen from the desk. */
  who: "staff" | "person" | "system" | "nobody";
  /** What happens next, in one sentence to staff. */
  next: string;
};

/** The state of a case in the desk's words: lib/cases/status.ts says the same to the subject. */
export function deskStatus(one: Pick<CaseWithParts, "status" | "deletion" | "package" | "clocks">): DeskStatus {
  const { status, deletion, package: pack } = one;
  const replyOwed = one.clocks.some((clock) => clock.rule === "policy-72h" && clock.stoppedAt === null);
  switch (status.state) {
    case "cancelled":
      return {
        chip: "declined",
        word: "Cancelled",
        who: "nobody",
        next: "The person cancelled it. Nothing is to be done.",
      };
    case "declined":
      return {
        chip: "declined",
        word: "Declined",
        who: "nobody",
        next: "It was declined with reasons. A message from the person opens it again.",
      };
    case "done":
      if (status.word === "Merged")
        return { chip: "done", word: "Merged", who: "nobody", next: "An older case answers this one too." };
      return { chip: "done", word: "Done", who: "nobody", next: "Nothing is to be done." };
    case "ready":
      return { chip: "done", word: "Done", who: "nobody", next: "Nothing is to be done." };
    case "waiting-for-you":
      return {
        chip: "waiting",
        word: "Waiting for them",
        who: "person",
        next: "The person was asked something. The 72 hours run on meanwhile.",
      };
    case "problem":
      return {
        chip: "problem",
        word: "Package failed",
        who: "staff",
        next: "The package could not be written. Find the cause in the log, put it right, and tell the person.",
      };
    case "preparing":
      if (pack?.heldAt)
        return {
          chip: "verifying",
          word: "Look at package",
          who: "staff",
          next: "The package is written and kept back. Two different people look at it before it is handed out.",
        };
      return {
        chip: "progress",
        word: "Package in work",
        who: "system",
        next: "The worker writes the package; the case closes by itself once it is ready.",
      };
    case "scheduled":
      return deletion
        ? {
            chip: "scheduled",
            word: "Grace period",
            who: "system",
            next: "Nothing is deleted before the grace period ends; the person can cancel until then.",
          }
        : {
            chip: "scheduled",
            word: "Starts later",
            who: "system",
            next: "The person signed in from somewhere new, so the package starts 24 hours after that.",
          };
    case "with-us":
      if (deletion?.carriedOutAt && !deletion.cancelledAt) {
        return {
          chip: "progress",
          word: "Deleted, rest held",
          who: "system",
          next: "The engine erased what it may. The rest goes by itself once the legal hold on it ends.",
        };
      }
      if (deletion?.begunAt && !deletion.cancelledAt) {
        return {
          chip: "progress",
          word: "Deleting",
          who: "system",
          next: "The engine carries the deletion out. What stops it stands below.",
        };
      }
      if (deletion && !deletion.cancelledAt && !deletion.decidedAt) {
        return {
          chip: "problem",
          word: "Settle, then delete",
          who: "staff",
          next: "The grace period is over and something stands in the way. The plan below says what.",
        };
      }
      if (pack?.stoppedAt) {
        return {
          chip: "waiting",
          word: "Package stopped",
          who: "person",
          next: "The person stopped the package with the link in their mail. Ask them whether it was really them who asked.",
        };
      }
      return replyOwed
        ? {
            chip: "progress",
            word: "Reply owed",
            who: "staff",
            next: "A person of the team writes a first real reply.",
          }
        : { chip: "progress", word: "In progress", who: "staff", next: "It was answered. Decide it when it is done." };
  }
}

export const whoWords: Record<DeskStatus["who"], string> = {
  staff: "the desk",
  person: "the person",
  system: "the system",
  nobody: "nobody",
};
