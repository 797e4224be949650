import { formatInstant, Time } from "@/components/ui/time";
import type { EventView } from "@/lib/cases/read-case";
import { type MessageGround, messageGrounds } from "@/lib/cases/redaction";
import { kindWords, wayWords } from "@/lib/cases/words";
import { type Purpose, purposeInWords } from "@/lib/processing/purposes";

type Words = (event: EventView) => string;
const decisions: Record<string, string> = {
  approved: "approved",
  partly: "did in part what was asked in",
  completed: "completed",
  declined: "declined",
  cancelled: "cancelled",
};

const appeals: Record<string, string> = {
  upheld: "looked at the appeal and left the decision as it is",
  partly: "granted the appeal in part",
  overturned: "granted the appeal",
  "taken-up": "granted the appeal; the request goes on",
};

const groundOf = ({ ground }: EventView["detail"]): string =>
  messageGrounds[ground as MessageGround]?.person ?? "there was a reason";

/** What each event is called; the actor stands before it. */
const words: Record<string, Words> = {
  "case.received": ({ detail }) =>
    detail.how ? `asked for this ${wayWords[detail.how as keyof typeof wayWords]}` : "asked for this",
  "case.acknowledged": () => "confirmed by mail that we have it",
  "case.assigned": () => "gave the case to a colleague",
  "case.unassigned": () => "put the case back for everybody",
  "case.decided": ({ detail }) => `${decisions[String(detail.decision)] ?? "decided"} the request`,
  "case.reopened": ({ detail }) =>
    detail.by === "message" ? "opened the case again by writing" : "opened the case again",
  "case.appealed": () => "appealed the decision",
  "case.appeal-decided": ({ detail }) => appeals[String(detail.outcome)] ?? "decided the appeal",
  "case.named": ({ detail }) =>
    `took it as a request for ${kindWords[detail.kind as keyof typeof kindWords]?.asked ?? "a right"}`,
  "case.passed-on": () => "passed it on to the company that decides about it",
  "message.received": ({ detail }) => (detail.by === "mail" ? "wrote by mail" : "wrote"),
  "message.redacted": ({ detail }) => `left something out of a message, since ${groundOf(detail)}`,
  "message.withdrawn": ({ detail }) =>
    `took a message out of view, since ${groundOf(detail)}${detail.owedAgain ? "; a reply is owed again" : ""}`,
  "case.snoozed": ({ detail }) => `put the case aside until ${formatInstant(String(detail.until), "UTC", true)}`,
  "case.woken": () => "brought the case back into the queue",
  "case.tagged": ({ detail }) => (detail.off ? `took the tag ${detail.tag} off` : `tagged it ${detail.tag}`),
  "case.merged": ({ detail }) => `merged it into ${detail.into}, where both are answered`,
  "case.took-over": ({ detail }) => `merged ${detail.from} into this, so that there is one answer`,
  "case.closed-as-spam": () => "closed it as spam, without a word",
  "reply.sent": ({ detail }) => (detail.asksBack ? "asked something back" : "replied"),
  "note.added": () => "added a note",
  "mail.noted": () => "noted a mail that a machine sent",
  "package.requested": () => "put the package in the queue",
  "package.ready": () => "finished the package; it can be downloaded",
  "package.held": () => "finished the package; two people check it before it is handed out",
  "package.looked-at": ({ detail }) =>
    detail.released ? "looked at the package as the second one; it is handed out" : "looked at the package",
  "package.redacted": ({ detail }) =>
    `left ${detail.parts} ${detail.parts === 1 ? "part" : "parts"} out of the package, which is written anew`,
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
  "deletion.grace-ended": () => "ended the waiting time; the deletion comes next",
  "deletion.carried-out": ({ detail }) => erased(detail),
  "identity.asked": ({ detail }) =>
    detail.agent
      ? "asked by mail, at the address on file, whether somebody may ask for them"
      : "asked by mail, at the address on file, who is asking",
  "identity.reminded": () => "sent a reminder of that mail",
  "identity.proved": ({ detail }) =>
    detail.by === "account"
      ? "went on with it signed in, which shows who asks"
      : "confirmed it with the link to the address on file",
  "identity.lapsed": () => "waited for the link to be used until its time was over",
  "identity.disowned": () => "said with that link that it was not them, or not so meant",
  "permission.signed": () => "signed the permission for whoever asked in their name",
  "permission.withdrawn": () => "took the permission back",
  "clock.paused": () => "paused the month to answer, until it is clear who asks",
  "clock.resumed": () => "let the month to answer run on",
  "clock.extended": ({ detail }) =>
    `said why it takes longer; the answer comes by ${formatInstant(String(detail.dueAt), "UTC", true)}`,
  "processing.noted": () => "wrote down what is to stop, once it is known who asks",
  "processing.stopped": ({ detail }) =>
    detail.kind === "restriction" ? `stopped ${purposeOf(detail)}: it is only stored` : `stopped ${purposeOf(detail)}`,
  "processing.decided": ({ detail }) =>
    detail.decision === "upheld"
      ? `agreed: ${purposeOf(detail)} stays stopped`
      : `decided that ${purposeOf(detail)} may go on`,
  "processing.excepted": ({ detail }) => `let ${purposeOf(detail)} go on although it is limited, as the law allows`,
  "processing.lift-announced": ({ detail }) =>
    `announced that ${purposeOf(detail)} goes on from ${formatInstant(String(detail.liftsAt))} at the earliest`,
  "processing.lift-kept": ({ detail }) => `took that back: ${purposeOf(detail)} stays stopped`,
  "processing.ended": ({ detail }) =>
    detail.how === "taken-back"
      ? `took it back: ${purposeOf(detail)} goes on`
      : `ended the limit: ${purposeOf(detail)} goes on`,
  "deletion.continued": ({ detail }) => `went on, since nothing keeps it back any more: ${erased(detail)}`,
  "correction.proposed": ({ detail }) =>
    detail.by === "staff" ? `wrote down how ${values(detail)} should be` : `said how ${values(detail)} should be`,
  "correction.ruled": () => "approved by rule what stands in one's own account",
  "correction.approved": ({ detail }) => `approved the new value (${detail.field})`,
  "correction.declined": ({ detail }) => `declined the new value (${detail.field})`,
  "correction.applied": ({ detail }) =>
    Number(detail.fields) === 1 ? "put one value right" : `put ${detail.fields} values right`,
  "correction.held-up": () => "found another state than was approved, so it is back for a decision",
  "address.planned": () => "asked for another sign-in address; known addresses were told",
  "address.proved": () => "confirmed the new address with the link in its mail",
  "address.stopped": ({ detail }) =>
    `stopped the change of the address${detail.from === "mail" ? " with the link in the mail" : ""}`,
  "address.expired": () => "gave the change of the address up, since the new one was not confirmed",
  "address.taken": () => "found that somebody else signs in here with the new address",
};

const values = ({ fields }: EventView["detail"]): string => (Number(fields) === 1 ? "one value" : `${fields} values`);
const purposeOf = (detail: EventView["detail"]): string => purposeInWords((detail.purpose as Purpose | null) ?? null);
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
  ...["identity.proved", "identity.disowned", "permission.signed", "permission.withdrawn"],
  ...["case.received", "case.appealed", "message.received", "deletion.scheduled", "deletion.cancelled"],
  ...["transfer.requested", "transfer.revoked"],
  ...["address.planned", "address.proved", "address.stopped"],
]);

function actorOf(event: EventView, viewer: "subject" | "staff"): string {
  if (subjects.has(event.type)) return viewer === "subject" ? "You" : "The subject";
  if (event.actorKind === "staff") return viewer === "staff" ? (event.staffName ?? "Staff") : "Our privacy team";
  const tookBack = event.type === "processing.ended" && event.detail.how === "taken-back";
  if (tookBack || (event.type === "correction.proposed" && event.detail.by === "subject"))
    return viewer === "subject" ? "You" : "The subject";
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
