import { Time } from "@/components/ui/time";
import type { EventView } from "@/lib/cases/read-case";

type Words = (event: EventView) => string;
const decisions: Record<string, string> = {
  approved: "approved",
  completed: "completed",
  declined: "declined",
  cancelled: "cancelled",
};

/** What each event is called; the actor stands before it. */
const words: Record<string, Words> = {
  "case.received": () => "asked for this",
  "case.acknowledged": () => "confirmed by mail that we have it",
  "case.assigned": () => "gave the case to a colleague",
  "case.unassigned": () => "put the case back for everybody",
  "case.decided": ({ detail }) => `${decisions[String(detail.decision)] ?? "decided"} the request`,
  "case.reopened": ({ detail }) =>
    detail.by === "message" ? "opened the case again by writing" : "opened the case again",
  "case.passed-on": () => "passed it on to the company that decides about it",
  "message.received": () => "wrote",
  "reply.sent": ({ detail }) => (detail.asksBack ? "asked something back" : "replied"),
  "note.added": () => "added a note",
  "package.requested": () => "put the package in the queue",
  "package.ready": () => "finished the package; it can be downloaded",
  "transfer.requested": () => "chose to have it sent to another provider",
  "transfer.offered": () => "began to send the package to the other provider",
  "transfer.arrived": () => "had the other provider's signed word that everything arrived",
  "transfer.failed": () => "gave up sending it to the other provider",
  "transfer.revoked": () => "took the transfer back",
  "transfer.recalled": ({ detail }) =>
    recalls[String(detail.answer)] ?? "told the other provider to delete what it had",
  "deletion.scheduled": () => "planned the deletion",
  "deletion.cancelled": ({ detail }) =>
    detail.from === "mail" ? "cancelled the deletion with the link in the mail" : "cancelled the deletion",
  "deletion.grace-ended": () => "ended the waiting time; the case is on our staff's desk",
  "deletion.carried-out": ({ detail }) => erased(detail),
  "deletion.continued": ({ detail }) => `went on, since nothing keeps it back any more: ${erased(detail)}`,
};

const recalls: Record<string, string> = {
  deleted: "had the other provider's answer: it deleted what it had",
  "taken-over": "had the other provider's answer: the data was already taken over there",
  unknown: "had the other provider's answer: it never had anything",
};

const erased = (detail: EventView["detail"]): string =>
  `deleted ${Number(detail.deleted).toLocaleString("en")} records and made ${(Number(detail.anonymised) + Number(detail.reduced)).toLocaleString("en")} anonymous${Number(detail.held ?? 0) > 0 ? `; ${Number(detail.held).toLocaleString("en")} are kept back for now` : ""}`;

/**
 * What the subject did, whoever's transaction wrote it down: a form and a mail's link act as a system,
 * and what we do at once when somebody asks is written in their transaction.
 */
const subjects = new Set([
  ...["case.received", "message.received", "deletion.scheduled", "deletion.cancelled"],
  ...["transfer.requested", "transfer.revoked"],
]);

function actorOf(event: EventView, viewer: "subject" | "staff"): string {
  if (subjects.has(event.type)) return viewer === "subject" ? "You" : "The subject";
  if (event.actorKind === "staff") return viewer === "staff" ? (event.staffName ?? "Staff") : "Our privacy team";
  return viewer === "subject" ? "We" : "The system";
}

/** What happened, oldest first: who, what, when. */
export function Timeline({
  events,
  zone = "UTC",
  viewer,
}: {
  events: EventView[];
  zone?: string;
  viewer: "subject" | "staff";
}) {
  return (
    <ol className="space-y-0">
      {events.map((event, index) => (
        <li key={event.id} className="relative flex gap-4 pb-5 last:pb-0">
          {index < events.length - 1 ? (
            <span aria-hidden className="absolute top-3 bottom-0 left-[5px] w-px bg-line" />
          ) : null}
          <span
            aria-hidden
            className={`relative mt-[7px] size-[11px] shrink-0 rounded-full border-2 ${
              index === events.length - 1 ? "border-accent bg-accent" : "border-strong-line bg-paper"
            }`}
          />
          <div className="min-w-0">
            <p>
              <span className="font-medium">{actorOf(event, viewer)}</span>{" "}
              {(words[event.type] ?? (() => event.type.replace(/[.-]/g, " ")))(event)}
              {event.visibleToSubject || viewer === "subject" ? null : (
                <span className="text-sm text-muted"> (staff only)</span>
              )}
            </p>
            <p className="text-sm text-muted">
              <Time at={event.at} zone={zone} withTime />
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}
