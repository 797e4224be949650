import type { ChipKind } from "@/components/ui/chip";
import type { NoticeProgress } from "@/lib/notices/queries";

export type NoticeState = {
  chip: ChipKind;
  word: string;
  /** What is going on, in one sentence. */
  says: string;
  /** True while the worker is at it. */
  moving: boolean;
};

const pauses: Record<string, string> = {
  officer: "An officer paused it. Nobody is lost: it goes on where it stopped.",
  bounces: "It stopped itself: too many mails bounced. Look at those addresses before it goes on.",
  complaints: "It stopped itself: too many people marked it as unwanted. Find out why before it goes on.",
  refused: "The mail service refused it. Look into the log before it goes on.",
};

/** The state of a notice in the desk's words. */
export function noticeState(
  notice: Pick<
    NoticeProgress,
    "frozenAt" | "stoppedAt" | "stopReason" | "completedAt" | "pausedAt" | "pauseReason" | "restUntil"
  >,
  now: Temporal.Instant,
): NoticeState {
  if (notice.stoppedAt) {
    return {
      chip: "declined",
      word: "Stopped",
      says:
        notice.stopReason === "withdrawn"
          ? "The version was withdrawn, so nothing more of this is sent. Those who were told of it are told that, by a notice of its own."
          : "It was ended for good. Whoever was not reached needs a logged exception before the version can take effect.",
      moving: false,
    };
  }
  if (notice.completedAt)
    return {
      chip: "done",
      word: "Handed over",
      says: "Every mail was handed over. Delivery reports keep coming in.",
      moving: false,
    };
  if (notice.pausedAt) {
    const says = pauses[notice.pauseReason ?? ""] ?? "It rests until an officer lets it go on.";
    return { chip: notice.pauseReason === "officer" ? "waiting" : "problem", word: "Paused", says, moving: false };
  }
  if (!notice.frozenAt)
    return {
      chip: "progress",
      word: "Taking the list",
      says: "The list of recipients is being taken from the platform.",
      moving: true,
    };
  if (notice.restUntil && Temporal.Instant.compare(notice.restUntil, now) > 0) {
    return {
      chip: "scheduled",
      word: "Resting",
      says: "A first share went out. The rest waits a moment for bounces and complaints, or for the mail service's limits.",
      moving: true,
    };
  }
  return { chip: "progress", word: "Going out", says: "Mails are being handed over in batches.", moving: true };
}
