import { EyeOff } from "lucide-react";
import { Section } from "@/components/ui/page";
import { formatDistance, Time } from "@/components/ui/time";
import type { EventView, MessageView } from "@/lib/cases/read-case";
import { declineGrounds } from "@/lib/cases/words";

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** One event in the desk's words; an unknown type shows its own name rather than nothing. */
function words(event: EventView): string {
  const { detail } = event;
  switch (event.type) {
    case "case.received":
      return "Received";
    case "case.acknowledged":
      return "Receipt confirmed by mail";
    case "case.assigned":
      return "Assigned";
    case "case.unassigned":
      return "Put back for everybody";
    case "case.decided": {
      const ground = declineGrounds[text(detail.ground) as keyof typeof declineGrounds];
      return `Decided: ${text(detail.decision)}${ground ? `. ${ground}` : ""}`;
    }
    case "case.reopened":
      return detail.by === "message" ? "Opened again by a message" : "Opened again";
    case "message.received":
      return "They wrote";
    case "reply.sent":
      return detail.asksBack ? "Asked something back" : "Replied";
    case "note.added":
      return "Note added";
    case "package.requested":
      return "Package asked for";
    case "package.ready":
      return "Package ready";
    case "deletion.scheduled":
      return "Deletion planned, grace period began";
    case "deletion.cancelled":
      return "Deletion cancelled";
    case "deletion.grace-ended":
      return "Grace period ended";
    default:
      return event.type;
  }
}

/** Happens by itself in the transaction of whoever caused it. */
const automatic = new Set(["case.acknowledged", "package.requested", "package.ready", "deletion.grace-ended"]);

const actorOf = (kind: string, staffName: string | null) =>
  kind === "staff"
    ? (staffName ?? "a colleague")
    : kind === "holder" || kind === "visitor"
      ? "the person"
      : "the system";

type Entry = { key: string; at: string; event?: EventView; message?: MessageView };

/** Messages stand at their own place in time; the event that announced one is not repeated beside it. */
function entriesOf(events: EventView[], messages: MessageView[]): Entry[] {
  const shown = new Set(messages.map((message) => message.id));
  const rest = events.filter((event) => event.type === "case.decided" || !shown.has(text(event.detail.messageId)));
  return [
    ...rest.map((event) => ({ key: event.id, at: event.at, event })),
    ...messages.map((message) => ({ key: message.id, at: message.at, message })),
  ].sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1));
}

function Message({ message }: { message: MessageView }) {
  const author = message.author === "subject" ? "The person" : (message.staffName ?? "The system");
  return (
    <div
      className={
        message.internal
          ? "rounded-md border border-dashed border-strong-line bg-sunken p-4"
          : message.author === "subject"
            ? "rounded-md border border-line bg-raised p-4"
            : "rounded-md border-l-4 border-accent bg-raised p-4"
      }
    >
      <p className="mb-2 flex flex-wrap items-baseline gap-x-2 text-sm">
        <span className="font-medium">{author}</span>
        {message.internal ? (
          <span className="inline-flex items-center gap-1">
            <EyeOff aria-hidden size={14} /> internal note
          </span>
        ) : null}
        <span className="text-muted">
          <Time at={message.at} withTime />
        </span>
      </p>
      {message.text === null ? (
        <p className="text-muted">
          This person's key was destroyed at their request; the text cannot be read any more.
        </p>
      ) : (
        <p className="whitespace-pre-wrap break-words">{message.text}</p>
      )}
    </div>
  );
}

/** What happened and what was written, in one line of time. */
export function CaseHistory({ events, messages, now }: { events: EventView[]; messages: MessageView[]; now: string }) {
  return (
    <Section id="history" title="History">
      <ol className="relative space-y-4 border-l border-line pl-6">
        {entriesOf(events, messages).map(({ key, at, event, message }) => (
          <li key={key} className="relative">
            <span
              aria-hidden="true"
              className="absolute top-2 -left-[1.85rem] size-2.5 rounded-full border-2 border-paper bg-strong-line"
            />
            {message ? <Message message={message} /> : null}
            {event ? (
              <p>
                {words(event)}
                <span className="text-sm text-muted">
                  {" "}
                  by {automatic.has(event.type) ? "the system" : actorOf(event.actorKind, event.staffName)},{" "}
                  <Time at={at} withTime /> ({formatDistance(at, now)})
                  {event.visibleToSubject ? "" : ", seen by staff only"}
                </span>
              </p>
            ) : null}
          </li>
        ))}
      </ol>
    </Section>
  );
}
