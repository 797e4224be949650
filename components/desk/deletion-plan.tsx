import type { ReactNode } from "react";
import { ErasureResult } from "@/components/cases/erasure-result";
import { PreviewTable } from "@/components/cases/preview-table";
import { ProviderAnswers } from "@/components/cases/provider-answers";
import { ReceiptNote } from "@/components/cases/receipt-note";
import { Callout } from "@/components/ui/callout";
import { Section } from "@/components/ui/page";
import { formatDistance, Time } from "@/components/ui/time";
import type { DeletionView } from "@/lib/cases/case-view";
import type { ErasureView } from "@/lib/cases/erasure-view";
import type { Blocker } from "@/lib/cases/find-blockers";
import type { DeletionPreview } from "@/lib/cases/preview-deletion";
import type { ProviderView } from "@/lib/providers/queries";

const blockerWords: Record<Blocker, string> = {
  "sole-owner": "They are the only owner of a company account that other people work in. Ask them who takes it over.",
  "not-owner": "They asked to close a company account that they do not own any more. Decline it, or ask its owner.",
  "open-records": "Something of the company has to be settled first:",
};

import type { ReceiptLink } from "@/lib/erasure/read-receipt";

/** What the person was shown, what the engine made of it, and what is left for staff. */
export function DeletionPlan({
  preview,
  deletion,
  erasure,
  providers,
  receipt,
  now,
  again,
  takeBack,
}: {
  preview: DeletionPreview;
  deletion: DeletionView | null;
  erasure: ErasureView[];
  providers: ProviderView[];
  receipt: ReceiptLink | null;
  now: string;
  /** The form that has the engine look again; null for who may not. */
  again: ReactNode;
  /** The form that takes a decision back which stands though the case is open; null for who may not. */
  takeBack: ReactNode;
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
        ) : deletion?.decidedAt ? (
          <Callout title="Decided by staff">
            <p>
              Decided <Time at={deletion.decidedAt} withTime />. The engine leaves it alone, also when a message opens
              the case again, until the decision is taken back.
            </p>
            {takeBack}
          </Callout>
        ) : deletion?.carriedOutAt ? (
          <>
            <Callout title="Erased by the engine">
              <p>
                Every system of the data map was done by <Time at={deletion.carriedOutAt} withTime />, and searched
                again before it lasted.{" "}
                {deletion.endedAt
                  ? "Nothing is left to do there."
                  : "A legal hold keeps some of it back; that goes by itself once the hold ends."}
              </p>
            </Callout>
            <ErasureResult runs={erasure} />
            <ProviderAnswers providers={providers} viewer="staff" />
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
        ) : deletion?.expiredAt && preview.blockers.length > 0 ? (
          <Callout look="warn" title="Settle this first">
            <ul className="list-disc space-y-1 pl-5">
              {preview.blockers.map((blocker) => (
                <li key={blocker}>{blockerWords[blocker]}</li>
              ))}
              {(preview.open ?? []).map(({ label, rows }) => (
                <li key={label}>
                  {label}: {rows.toLocaleString("en")} open.
                </li>
              ))}
            </ul>
            <p>
              Write to the person about it. The engine looks every hour whether it is settled, and begins when it is.
            </p>
            {again}
          </Callout>
        ) : deletion?.expiredAt ? (
          <Callout look="warn" title="The engine did not begin">
            <ol className="list-decimal space-y-1 pl-5">
              <li>
                It has no login that erases in every system of the data map. Give it one (docs/erasure.md), then let it
                begin here; or carry out each line below on the platform yourself.
              </li>
              <li>Where a line is kept, leave it, and name the ground to the person.</li>
              <li>Tell the providers that received something of it, and write their answers down as notes.</li>
              <li>Have a colleague look for rows that are left.</li>
              <li>Then approve the case and say what was deleted and what stays until when.</li>
            </ol>
            {again}
          </Callout>
        ) : deletion ? (
          <Callout>
            <p>
              The person can cancel until <Time at={deletion.graceEndsAt} withTime /> (
              {formatDistance(deletion.graceEndsAt, now)}). Do nothing before that.
            </p>
          </Callout>
        ) : null}
        {deletion &&
        !deletion.expiredAt &&
        !deletion.cancelledAt &&
        !deletion.decidedAt &&
        preview.blockers.length > 0 ? (
          <Callout look="warn" title="To settle before it can begin">
            {preview.blockers.map((blocker) => (
              <p key={blocker}>{blockerWords[blocker]}</p>
            ))}
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
