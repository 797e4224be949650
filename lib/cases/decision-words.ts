import type { EventView } from "./read-case";
import type { CaseEventType } from "./record-event";

/** What was decided, refused or put off with words in a message, which `messageId` in the event's detail names. */
const decisionEvents: readonly CaseEventType[] = [
  "case.decided",
  "clock.extended",
  "correction.declined",
  "processing.decided",
  "processing.excepted",
  "processing.lift-announced",
];

/** Whether a message holds the words of a decision, or the reasons without which an extension is none: those stay (L1, L2). */
export const isDecision = (events: readonly Pick<EventView, "type" | "detail">[], messageId: string): boolean =>
  events.some(
    ({ type, detail }) => (decisionEvents as readonly string[]).includes(type) && detail.messageId === messageId,
  );
