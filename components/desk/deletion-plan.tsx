import { PreviewTable } from "@/components/cases/preview-table";
import { Callout } from "@/components/ui/callout";
import { Section } from "@/components/ui/page";
import { formatDistance, Time } from "@/components/ui/time";
import type { DeletionView } from "@/lib/cases/case-view";
import type { DeletionPreview } from "@/lib/cases/preview-deletion";

/** What the person was shown, and what staff have to do by hand until the erasure engine exists. */
export function DeletionPlan({
  preview,
  deletion,
  now,
}: {
  preview: DeletionPreview;
  deletion: DeletionView | null;
  now: string;
}) {
  return (
    <Section id="plan" title="What was asked to be deleted" lead="As the person saw it before they confirmed.">
      <div className="space-y-4">
        {deletion?.cancelledAt ? (
          <Callout>
            <p>
              Cancelled <Time at={deletion.cancelledAt} withTime />. Nothing was deleted, and nothing is to be deleted.
            </p>
          </Callout>
        ) : deletion?.expiredAt ? (
          <Callout look="warn" title="Now it is yours to do">
            <ol className="list-decimal space-y-1 pl-5">
              <li>Carry out each line below on the platform. This product does not delete by itself yet.</li>
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
