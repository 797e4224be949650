import { ActionForm, SubmitButton } from "@/components/ui/form";
import { Section } from "@/components/ui/page";
import type { NoticeProgress } from "@/lib/notices/queries";
import { settle } from "../actions";

const decisions = {
  "count-as-sent": "It went out: count as sent",
  "send-again": "It did not go out: send again",
} as const;

/** Batches whose fate nobody knows: each waits for an officer (R5). */
export function Undecided({ batches, officer }: { batches: NoticeProgress["batches"]["undecided"]; officer: boolean }) {
  return (
    <Section
      id="undecided"
      title="For a person to decide"
      lead="The mail service never said what became of these batches, and its memory of them is over. Nothing is sent again by itself: look at its own list first."
    >
      <ul className="divide-y divide-line border-y border-line">
        {batches.map((batch) => (
          <li key={batch.id} className="flex flex-wrap items-start justify-between gap-4 py-4">
            <p>
              Batch {batch.position + 1}, {batch.size} mails{" "}
              <code className="font-mono text-sm text-muted">{batch.failure}</code>
            </p>
            {officer ? (
              <div className="flex flex-wrap gap-3">
                {Object.entries(decisions).map(([decision, label]) => (
                  <ActionForm key={decision} action={settle} className="space-y-2">
                    <input type="hidden" name="batchId" value={batch.id} />
                    <input type="hidden" name="decision" value={decision} />
                    <SubmitButton look="secondary">{label}</SubmitButton>
                  </ActionForm>
                ))}
              </div>
            ) : (
              <p className="text-muted">Only a privacy officer decides this.</p>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
