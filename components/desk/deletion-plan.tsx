import { ErasureResult } from "@/components/cases/erasure-result";
import { PreviewTable } from "@/components/cases/preview-table";
import { ReceiptNote } from "@/components/cases/receipt-note";
import { Callout } from "@/components/ui/callout";
import { Section } from "@/components/ui/page";
import { formatDistance, Time } from "@/components/ui/time";
import type { DeletionView } from "@/lib/cases/case-view";
import type { ErasureView } from "@/lib/cases/erasure-view";
import type { DeletionPreview } from "@/lib/cases/preview-deletion";
import type { ReceiptLink } from "@/lib/erasure/read-receipt";

/** What the person was shown, what the engine made of it, and what is left for staff. */
export function DeletionPlan({
  preview,
  deletion,
  erasure,
  receipt,
  now,
}: {
  preview: DeletionPreview;
  deletion: DeletionView | null;
  erasure: ErasureView[];
  receipt: ReceiptLink | null;
  now: string;
}) {
  const failed = erasure.filter((run) => run.failedAt);
  return (
    <Section id="plan" title="What was asked to be deleted" lead="As the person saw it before they confirmed.">
      <div className="space-y-4">
        {deletion?.cancelledAt ? (
          <Callout>
            <p>
              Cancelled <Time at={deletion.cancelledAt} withTime />. Nothing was deleted, and nothing is to be deleted.
            </p>
          </Callout>
        ) : deletion?.carriedOutAt ? (
          <>
            <Callout title="Erased by the engine">
              <p>
                Every system of the data map was done by <Time at={deletion.carriedOutAt} withTime />, and searched
                again before it lasted. Left for you: tell the providers that the data map does not reach, then approve
                the case and say what stays until when.
              </p>
            </Callout>
            <ErasureResult runs={erasure} />
            <ReceiptNote receipt={receipt} />
          </>
        ) : deletion?.begunAt ? (
          <Callout
            look={failed.length > 0 ? "warn" : "info"}
            title={failed.length > 0 ? "The engine stopped" : "The engine is at work"}
          >
            {failed.map((run) => (
              <div key={run.system}>
                <p>
                  {run.system}, <Time at={run.failedAt ?? ""} withTime />. Nothing was changed there:
                </p>
                <ul className="list-disc pl-5 font-mono text-sm">
                  {(run.failure ?? "").split("\n").map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
              </div>
            ))}
            <p>
              It is tried again by itself for some hours, then the job lies with the failed jobs, from where it can be
              started again. It can no longer be cancelled.
            </p>
          </Callout>
        ) : deletion?.expiredAt ? (
          <Callout look="warn" title="Now it is yours to do">
            <ol className="list-decimal space-y-1 pl-5">
              <li>
                Carry out each line below on the platform. The engine did not begin: something has to be settled first,
                or it has no login that erases.
              </li>
              <li>Where a line is kept, leave it, and name the ground to the person.</li>
              <li>Have a colleague look for rows that are left.</li>
              <li>Then approve the case and say what was deleted and what stays until when.</li>
            </ol>
          </Callout>
        ) : deletion ? (
          <Callout>
            <p>
              The person can cancel until <Time at={deletion.graceEndsAt} withTime /> (
              {formatDistance(deletion.graceEndsAt, now)}). Do nothing before that.
            </p>
          </Callout>
        ) : null}
        {preview.blockers.includes("sole-owner") ? (
          <Callout look="warn" title="Settle this first">
            <p>They are the only owner of a company account that other people work in. Ask them who takes it over.</p>
          </Callout>
        ) : null}
        {preview.items.length === 0 ? (
          <p className="text-muted">The platform holds nothing about this person.</p>
        ) : (
          <PreviewTable items={preview.items} />
        )}
      </div>
    </Section>
  );
}
