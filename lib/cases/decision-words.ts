import type { EventView } from "./read-case";
import type { CaseEventType } from "./record-event";

/** What was decided or refused with words in a message, which `messageId` in the event's detail names. */
const decisionEvents: readonly CaseEventType[] = [
  "case.decided",
  "correction.declined",
  "processing.decided",
  "processing.excepted",
  "processing.lift-announced",
];

/** Whether a message holds the words of a decision: those stay (L2). */
export const isDecision = (events: readonly Pick<EventView, "type" | "detail">[], messageId: string): boolean =>
  events.some(
    ({ type, detail }) => (decisionEvents as readonly string[]).includes(type) && detail.messageId === messageId,
  );
