import { Time } from "@/components/ui/time";
import type { RecipientReport } from "@/lib/notices/desk-queries";

const words: Record<string, string> = {
  "email.sent": "Taken by the mail service",
  "email.delivery_delayed": "Delayed by the person's mail server",
  "email.delivered": "Accepted by the person's mail server",
  "email.bounced": "Refused by the person's mail server",
  "email.complained": "Marked as spam",
  "email.failed": "Not sent by the mail service",
  "email.suppressed": "Held back by the mail service after earlier refusals",
  "second-way.platform-message": "Told by a message on the platform",
  "second-way.staff": "Told by staff in another way",
};

/** Every report about one person's mail, oldest first. */
export function RecipientReports({ reports }: { reports: RecipientReport[] }) {
  return (
    <section aria-labelledby="reports" className="mt-6">
      <h3 id="reports" className="font-medium">
        Reports about this mail
      </h3>
      {reports.length === 0 ? (
        <p className="mt-2 text-muted">None came in so far.</p>
      ) : (
        <ol className="mt-2 space-y-1 border-l-2 border-line pl-4">
          {reports.map(({ type, at }) => (
            <li key={`${type} ${at}`} className="flex flex-wrap gap-x-3">
              <span className="text-muted">
                <Time at={at} withTime />
              </span>
              <span>{words[type] ?? type}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
