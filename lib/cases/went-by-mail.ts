import type { EventView } from "./read-case";

/**
 * Whether a message's words went out in a mail, which nobody calls back.
 * @param events of its case, the oldest first
 * @param kind what the case asks for now
 */
export function wentByMail(
  events: readonly Pick<EventView, "type" | "detail">[],
  messageId: string,
  kind: string,
): boolean {
  const place = events.findIndex(({ type, detail }) => type === "reply.sent" && detail.messageId === messageId);
  if (place < 0) return events.some(({ type, detail }) => type === "clock.extended" && detail.messageId === messageId);
  const mailed = events[place]?.detail.mailed;
  if (typeof mailed === "boolean") return mailed;
  // Before that was noted: whoever asked a question got the words by mail, and some of those became requests afterwards.
  return kind === "inquiry" || events.slice(place).some(({ type }) => type === "case.named");
}
