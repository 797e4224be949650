import { Chip, type ChipKind } from "@/components/ui/chip";
import { formatInstant } from "@/components/ui/time";
import type { MyNotice } from "@/lib/notices/queries";

const states: Record<MyNotice["state"], { chip: ChipKind; word: string }> = {
  queued: { chip: "scheduled", word: "Not sent yet" },
  sent: { chip: "progress", word: "Sent" },
  delivered: { chip: "done", word: "Delivered" },
  complained: { chip: "done", word: "Delivered, marked as spam" },
  bounced: { chip: "problem", word: "Came back" },
  failed: { chip: "problem", word: "Could not be sent" },
};

const eventWords: Record<string, string> = {
  "email.sent": "Taken by the mail service",
  "email.delivery_delayed": "Delayed by your mail server",
  "email.delivered": "Accepted by your mail server",
  "email.bounced": "Refused by your mail server",
  "email.complained": "Marked as spam in your mailbox",
  "email.failed": "Not sent by the mail service",
  "email.suppressed": "Held back by the mail service after earlier refusals",
};

/** What one person was sent about one policy version: when, what became of it, and the proof. */
export function NoticeEvidence({ notice, zone }: { notice: MyNotice; zone: string }) {
  const { chip, word } = states[notice.state];
  const at = (instant: Temporal.Instant) => formatInstant(instant.toString(), zone, true);
  const steps: [string, Temporal.Instant][] = [
    ...(notice.announcedAt && notice.kind === "announcement"
      ? [["Announced", notice.announcedAt] as [string, Temporal.Instant]]
      : []),
    ...(notice.sentAt ? [["Handed to the mail service", notice.sentAt] as [string, Temporal.Instant]] : []),
    ...notice.events
      .filter((event) => event.type in eventWords && event.type !== "email.sent")
      .map((event): [string, Temporal.Instant] => [eventWords[event.type] ?? event.type, event.occurredAt]),
  ];
  return (
    <article className="space-y-3">
      <h3 className="flex flex-wrap items-center gap-3 text-lg">
        {notice.kind === "withdrawal" ? "Withdrawal of version" : "Version"} {notice.number} of the privacy policy{" "}
        <Chip kind={chip}>{word}</Chip>
      </h3>
      <p>
        {notice.withdrawnAt ? (
          <>It was withdrawn on {at(notice.withdrawnAt)} and does not take effect. </>
        ) : notice.effectiveAt ? (
          <>Takes effect on {at(notice.effectiveAt)}. </>
        ) : null}
        <a
          className="link"
          href={
            notice.previous === null || notice.withdrawnAt
              ? `/privacy/versions/${notice.number}`
              : `/privacy/changes/${notice.previous}/${notice.number}`
          }
        >
          {notice.previous === null || notice.withdrawnAt ? "Read it" : "See what changes"}
        </a>
      </p>
      <ol className="space-y-2 border-l-2 border-line pl-4">
        {steps.map(([what, instant]) => (
          <li key={`${what} ${instant}`} className="sm:flex sm:flex-row-reverse sm:justify-end sm:gap-x-3">
            <span className="block">{what}</span>
            <time dateTime={instant.toString()} className="text-sm text-muted sm:text-base">
              {at(instant)}
            </time>
          </li>
        ))}
      </ol>
      <dl className="text-sm text-muted">
        <div>
          <dt className="inline">Sent to: </dt>
          <dd className="inline break-all">{notice.address ?? "an address that was erased since"}</dd>
        </div>
        {notice.contentSha256 ? (
          <div>
            <dt className="inline">SHA-256 of the mail as it was frozen before sending: </dt>
            <dd className="inline break-all font-mono">{notice.contentSha256}</dd>
          </div>
        ) : null}
      </dl>
    </article>
  );
}
